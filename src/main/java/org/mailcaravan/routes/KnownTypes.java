package org.mailcaravan.routes;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What Camel's simple language can find in Java types; null is an unknown type. */
final class KnownTypes {
  private static final String OURS = "org.mailcaravan.";

  private static final Set<String> OF_EVERY_OBJECT =
      Arrays.stream(Object.class.getMethods()).map(Method::getName).collect(Collectors.toSet());

  private KnownTypes() {}

  /** Whether it is a class of this program. */
  static boolean isOurs(Class<?> type) {
    return type.getName().startsWith(OURS);
  }

  /** The class of a type, or null if it is unknown. */
  static @Nullable Class<?> raw(@Nullable Type type) {
    if (type instanceof Class<?> known) {
      return known == Object.class ? null : known;
    }
    return type instanceof ParameterizedType generic ? raw(generic.getRawType()) : null;
  }

  /** The type of the elements that a split over a value gives, or null. */
  static @Nullable Type element(@Nullable Type type) {
    Class<?> known = raw(type);
    if (known == null) {
      return null;
    }
    if (type instanceof ParameterizedType generic
        && (Collection.class.isAssignableFrom(known) || Iterator.class.isAssignableFrom(known))
        && generic.getActualTypeArguments().length == 1) {
      return generic.getActualTypeArguments()[0];
    }
    return Stream.of(known.getGenericInterfaces())
        .filter(each -> each instanceof ParameterizedType)
        .map(KnownTypes::element)
        .findFirst()
        .orElse(null);
  }

  /** The properties of a bean that can be set. */
  static List<String> settable(Class<?> bean) {
    return Arrays.stream(bean.getMethods())
        .filter(method -> method.getName().matches("set[A-Z].*") && method.getParameterCount() == 1)
        .map(method -> method.getName().substring(3))
        .map(name -> name.substring(0, 1).toLowerCase(Locale.ROOT) + name.substring(1))
        .distinct()
        .sorted()
        .toList();
  }

  /** Whether the simple language may find a property of that name in a value of the type. */
  static boolean has(Class<?> type, String name) {
    return type.isArray() || Map.class.isAssignableFrom(type) || !named(type, name).isEmpty();
  }

  /** The type of {@code ${value.name}}, or null. */
  static @Nullable Type member(Class<?> type, String name) {
    return named(type, name).stream()
        .filter(method -> method.getParameterCount() == 0)
        .findFirst()
        .map(Method::getGenericReturnType)
        .orElse(null);
  }

  /** The names of the methods without parameters that a type adds to Object. */
  static Collection<String> properties(Class<?> type) {
    return Arrays.stream(type.getMethods())
        .filter(method -> method.getParameterCount() == 0)
        .filter(method -> !Modifier.isStatic(method.getModifiers()))
        .map(Method::getName)
        .filter(name -> !OF_EVERY_OBJECT.contains(name))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** The names of the methods of a bean. */
  static Collection<String> methods(Class<?> bean) {
    return Arrays.stream(bean.getMethods()).map(Method::getName).toList();
  }

  private static List<Method> named(Class<?> type, String name) {
    String wanted = name.toLowerCase(Locale.ROOT);
    return Arrays.stream(type.getMethods())
        .filter(
            method -> {
              String is = method.getName().toLowerCase(Locale.ROOT);
              return is.equals(wanted) || is.equals("get" + wanted) || is.equals("is" + wanted);
            })
        .toList();
  }

  /** The methods of a bean that a route may call by that name. */
  static List<Method> methods(Class<?> bean, String name) {
    return Arrays.stream(bean.getMethods())
        .filter(method -> method.getName().equals(name) && !method.isBridge())
        .filter(method -> !Modifier.isStatic(method.getModifiers()))
        .toList();
  }

  /** What a method takes, as an editor of routes would write it. */
  static String parameters(Method method) {
    return Arrays.stream(method.getParameterTypes())
        .map(Class::getSimpleName)
        .collect(Collectors.collectingAndThen(Collectors.joining(", "), all -> "(" + all + ")"));
  }

  /** Such as {@code ; it holds a number}, or empty. */
  static String holds(Class<?> type) {
    if (type == boolean.class || type == Boolean.class) {
      return "; it holds true or false";
    }
    if (type == Duration.class) {
      return "; it holds a time such as 5s, 10m or 1h";
    }
    if (type.isEnum()) {
      return Arrays.stream(type.getEnumConstants())
          .map(String::valueOf)
          .collect(Collectors.joining(", ", "; it holds one of ", ""));
    }
    return isNumber(type) ? "; it holds a number" : "";
  }

  /** Whether its values are numbers. */
  static boolean isNumber(Class<?> type) {
    return Number.class.isAssignableFrom(type)
        || (type.isPrimitive() && type != char.class && type != boolean.class);
  }

  /** What a property of a bean holds, as {@link #holds(Class)} says it. */
  static String holds(Class<?> bean, String property) {
    String setter = "set" + property;
    return Arrays.stream(bean.getMethods())
        .filter(method -> method.getName().equalsIgnoreCase(setter))
        .filter(method -> method.getParameterCount() == 1)
        .findFirst()
        .map(method -> holds(method.getParameterTypes()[0]))
        .orElse("");
  }

  /** Whether a value may be passed where a type is wanted; Camel converts to types of others. */
  static boolean fits(@Nullable Type value, Class<?> wanted) {
    Class<?> given = raw(value);
    boolean converted = !wanted.getName().startsWith(OURS) && wanted != Throwable.class;
    return given == null
        || converted
        || wanted.isAssignableFrom(given)
        || given.isAssignableFrom(wanted);
  }
}
