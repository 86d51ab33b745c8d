package org.mailcaravan.routes;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.camel.CamelContext;
import org.apache.camel.Component;
import org.apache.camel.ExpressionIllegalSyntaxException;
import org.apache.camel.LineNumberAware;
import org.apache.camel.NoSuchEndpointException;
import org.apache.camel.NoSuchLanguageException;
import org.apache.camel.ResolveEndpointFailedException;
import org.apache.camel.language.simple.types.SimpleParserException;
import org.apache.camel.model.AggregateDefinition;
import org.apache.camel.model.BeanDefinition;
import org.apache.camel.model.CatchDefinition;
import org.apache.camel.model.ChoiceDefinition;
import org.apache.camel.model.ConvertBodyDefinition;
import org.apache.camel.model.DataFormatDefinition;
import org.apache.camel.model.DelayDefinition;
import org.apache.camel.model.ExecutorServiceAwareDefinition;
import org.apache.camel.model.ExpressionNode;
import org.apache.camel.model.FilterDefinition;
import org.apache.camel.model.LogDefinition;
import org.apache.camel.model.LoopDefinition;
import org.apache.camel.model.MarshalDefinition;
import org.apache.camel.model.Model;
import org.apache.camel.model.MulticastDefinition;
import org.apache.camel.model.OnExceptionDefinition;
import org.apache.camel.model.PollDefinition;
import org.apache.camel.model.ProcessorDefinition;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.model.SendDefinition;
import org.apache.camel.model.SplitDefinition;
import org.apache.camel.model.ThrottleDefinition;
import org.apache.camel.model.ThrowExceptionDefinition;
import org.apache.camel.model.UnmarshalDefinition;
import org.apache.camel.model.ValidateDefinition;
import org.apache.camel.model.language.ConstantExpression;
import org.apache.camel.model.language.ExpressionDefinition;
import org.apache.camel.model.language.MethodCallExpression;
import org.apache.camel.model.language.SimpleExpression;
import org.apache.camel.spi.ComponentResolver;
import org.apache.camel.spi.EndpointUriFactory;
import org.apache.camel.spi.Language;
import org.apache.camel.spi.PropertyConfigurer;
import org.apache.camel.spi.PropertyConfigurerGetter;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.util.URISupport;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.ext.Artifact;
import org.mailcaravan.ext.CamelArtifacts;
import org.mailcaravan.ext.CamelArtifacts.Kind;
import org.quartz.CronExpression;

/**
 * Looks up whatever steps name: endpoints and their options, beans, classes, thread pools,
 * languages. Camel does so too, when it builds the routes, but stops at the first that is not there
 * and knows no line.
 */
final class RouteReferences {
  /** Milliseconds, units, or as in ISO 8601. */
  private static final Pattern DURATION =
      Pattern.compile("(?i)-?\\d+|(\\d+(ms|s|m|h|d)\\s*)+|PT?\\d[\\dHMS.]*");

  /** A property at the front of a URI, with its default where it has one. */
  private static final Pattern PROPERTY = Pattern.compile("\\{\\{\\s*([\\w.-]+)[^{}]*}}");

  private static final String CLASS = "#class:";
  private static final String BEAN = "#bean:";
  private static final String TYPE = "#type:";

  private final CamelContext context;
  private final RouteMistakes mistakes;
  private final Collection<String> names;

  /**
   * @param names of beans and classes that routes may use, to find the one that was meant
   */
  RouteReferences(CamelContext context, RouteMistakes mistakes, Collection<String> names) {
    this.context = context;
    this.mistakes = mistakes;
    this.names = names;
  }

  void check(Model model, List<ProcessorDefinition<?>> steps) {
    for (RouteDefinition route : model.getRouteDefinitions()) {
      if (route.getPrecondition() != null) {
        requireExpression(route, new SimpleExpression(route.getPrecondition()), true);
      }
      String uri = route.getInput().getEndpointUri();
      if (isOfThisCommand(route)) {
        requireEndpoint(route.getInput(), uri);
      } else {
        requireComponent(route.getInput(), uri);
      }
    }
    for (var configuration : model.getRouteConfigurationDefinitions()) {
      for (OnExceptionDefinition failure : configuration.getOnExceptions()) {
        requireClasses(failure, failure.getExceptions());
        if (failure.getRedeliveryPolicyType() != null) {
          requireDuration(failure, failure.getRedeliveryPolicyType().getRedeliveryDelay());
          requireDuration(failure, failure.getRedeliveryPolicyType().getMaximumRedeliveryDelay());
        }
        if (failure.getRetryWhile() != null) {
          requireExpression(failure, failure.getRetryWhile().getExpressionType(), true);
        }
      }
    }
    steps.forEach(this::check);
  }

  /** The endpoint of another route would start Quartz, which takes half a second to stop. */
  private boolean isOfThisCommand(RouteDefinition route) {
    return route.getPrecondition() == null || !"false".equals(resolved(route.getPrecondition()));
  }

  /** Camel takes what it cannot read for 0, and would try again without end and pause. */
  private void requireDuration(LineNumberAware step, @Nullable String text) {
    String value = text == null ? null : resolved(text);
    if (value != null && !DURATION.matcher(value).matches()) {
      mistakes.add(step, value, "\"" + value + "\" is no duration; write it as 5s, 10m or 1h");
    }
  }

  private void check(ProcessorDefinition<?> step) {
    if (step instanceof SendDefinition<?> send && send.getEndpointUri() != null) {
      requireEndpoint(step, send.getEndpointUri());
    } else if (step instanceof BeanDefinition bean && bean.getRef() != null) {
      requireBean(step, bean.getRef());
    } else if (step instanceof CatchDefinition caught) {
      requireClasses(step, caught.getExceptions());
    } else if (step instanceof ThrowExceptionDefinition thrown
        && thrown.getExceptionType() != null) {
      requireClasses(step, List.of(thrown.getExceptionType()));
    } else if (step instanceof MulticastDefinition multicast) {
      requireStrategy(step, multicast.getAggregationStrategy());
    } else if (step instanceof SplitDefinition split) {
      requireStrategy(step, split.getAggregationStrategy());
    } else if (step instanceof AggregateDefinition aggregate) {
      requireStrategy(step, aggregate.getAggregationStrategy());
    } else if (step instanceof MarshalDefinition marshal) {
      requireDataFormat(step, marshal.getDataFormatType());
    } else if (step instanceof UnmarshalDefinition unmarshal) {
      requireDataFormat(step, unmarshal.getDataFormatType());
    } else if (step instanceof ConvertBodyDefinition convert && convert.getType() != null) {
      requireClasses(step, List.of(convert.getType()));
    } else if (step instanceof PollDefinition poll && poll.getUri() != null) {
      requireEndpoint(step, poll.getUri());
    }
    RouteAddress.inExpression(step).forEach(uri -> requireEndpoint(step, uri));
    if (step instanceof LogDefinition log && log.getMessage() != null) {
      requireExpression(step, new SimpleExpression(log.getMessage()), false);
    }
    if (step instanceof ThrottleDefinition throttle) {
      requireNumber(throttle, "0*[1-9]\\d*", "a throttle takes a number from 1 on");
    } else if (step instanceof DelayDefinition delay) {
      requireNumber(delay, "\\d+", "a delay takes milliseconds as a number");
    }
    if (step instanceof ChoiceDefinition choice) {
      choice.getWhenClauses().forEach(when -> requireExpression(when, when.getExpression(), true));
    }
    if (step instanceof ExecutorServiceAwareDefinition<?> parallel) {
      requireThreadPool(step, parallel.getExecutorServiceRef());
    }
    if (step instanceof ExpressionNode node && node.getExpression() != null) {
      requireExpression(step, node.getExpression(), isTrueOrFalse(step));
    }
  }

  /** Camel reads it only when something comes by, and then all that comes fails. */
  private void requireNumber(ExpressionNode step, String form, String wanted) {
    ExpressionDefinition expression = step.getExpression();
    if (expression instanceof SimpleExpression || expression instanceof ConstantExpression) {
      String text = expression.getExpression();
      String value = text == null || text.contains("${") ? null : resolved(text);
      if (value != null && !value.strip().matches(form)) {
        mistakes.add(step, text, "%s, and \"%s\" is none".formatted(wanted, value));
      }
    }
  }

  /** Beans of routes that do not run here are known by their name only. */
  private boolean isKnown(String bean) {
    return context.getRegistry().lookupByName(bean) != null || names.contains(bean);
  }

  /**
   * @param ref a bean by its name, {@code #bean:} and its name, or {@code #class:} and a class
   */
  private void requireBean(LineNumberAware step, String ref) {
    String name = ref.startsWith(BEAN) ? ref.substring(BEAN.length()) : ref;
    if (name.startsWith(CLASS)) {
      requireClasses(step, List.of(className(name)));
    } else if (!name.contains("{{") && !isKnown(name)) {
      mistakes.add(
          step,
          name,
          "there is no bean \"%s\"".formatted(name) + RouteMistakes.nearest(name, names));
    }
  }

  private static String className(String ref) {
    return ref.substring(CLASS.length()).split("[(#]", 2)[0];
  }

  private void requireStrategy(LineNumberAware step, @Nullable String strategy) {
    if (strategy != null && !strategy.startsWith(TYPE)) {
      requireBean(step, strategy.matches("#\\w+") ? strategy.substring(1) : strategy);
    }
  }

  private void requireClasses(LineNumberAware step, List<String> classes) {
    for (String name : classes) {
      if (!name.contains("{{") && context.getClassResolver().resolveClass(name) == null) {
        mistakes.add(
            step,
            name,
            "there is no class \"%s\"".formatted(name) + RouteMistakes.nearest(name, names));
      }
    }
  }

  /** Only whether it is there; its options are looked at when the routes are built. */
  private void requireDataFormat(LineNumberAware step, @Nullable DataFormatDefinition format) {
    String name = format == null ? null : format.getDataFormatName();
    if (name != null && !name.contains("{{") && context.createDataFormat(name) == null) {
      addMissing(step, Kind.DATAFORMAT, name, name, List.of());
    }
  }

  private void requireThreadPool(LineNumberAware step, @Nullable String ref) {
    if (ref != null
        && !ref.contains("{{")
        && context.getRegistry().lookupByName(ref) == null
        && context.getExecutorServiceManager().getThreadPoolProfile(ref) == null) {
      mistakes.add(
          step,
          ref,
          "there is no thread pool \"%s\"".formatted(ref) + RouteMistakes.nearest(ref, names));
    }
  }

  /**
   * @param predicate whether it must be true or false; the language simple reads that otherwise
   */
  private void requireExpression(
      LineNumberAware step, @Nullable ExpressionDefinition expression, boolean predicate) {
    if (expression instanceof MethodCallExpression call) {
      if (call.getRef() != null) {
        requireBean(step, call.getRef());
      }
      return;
    }
    if (expression == null || expression.getLanguage() == null) {
      return;
    }
    try {
      Language language = context.resolveLanguage(expression.getLanguage());
      if (expression instanceof SimpleExpression simple && simple.getExpression() != null) {
        String text = resolved(simple.getExpression());
        if (text != null && predicate) {
          language.createPredicate(text).init(context);
        } else if (text != null) {
          language.createExpression(text).init(context);
        }
      }
    } catch (NoSuchLanguageException e) {
      addMissing(
          step, Kind.LANGUAGE, expression.getLanguage(), expression.getLanguage(), List.of());
    } catch (SimpleParserException | ExpressionIllegalSyntaxException e) {
      mistakes.add(
          step,
          expression.getExpression(),
          RouteExpressions.unreadable(expression.getExpression()));
    }
  }

  private static boolean isTrueOrFalse(ProcessorDefinition<?> step) {
    return step instanceof FilterDefinition
        || step instanceof ValidateDefinition
        || (step instanceof LoopDefinition loop && Boolean.parseBoolean(loop.getDoWhile()));
  }

  /** Of a route that does not run here; nothing is made that Camel would start. */
  private void requireComponent(LineNumberAware step, String uri) {
    String address = resolved(uri);
    if (address == null) {
      return;
    }
    String scheme = address.split(":", 2)[0];
    ComponentResolver resolver = PluginHelper.getComponentResolver(context);
    try {
      if (!isKnown(scheme)
          && context.hasComponent(scheme) == null
          && resolver.resolveComponent(scheme, context) == null
          && !isPropertyTold(step, uri, address)) {
        addMissing(step, Kind.COMPONENT, RouteAddress.of(uri), scheme, context.getComponentNames());
      }
    } catch (Exception e) {
      throw new IllegalStateException(scheme, e);
    }
  }

  private void requireEndpoint(LineNumberAware step, String uri) {
    String address = resolved(uri);
    if (address == null) {
      return;
    }
    String scheme = address.split(":", 2)[0];
    try {
      context.getEndpoint(uri);
      requireDurations(step, scheme, uri);
      if (scheme.equals("quartz")) {
        requireCron(step, uri);
      }
    } catch (NoSuchEndpointException e) {
      if (!isPropertyTold(step, uri, address)) {
        addMissing(step, Kind.COMPONENT, RouteAddress.of(uri), scheme, context.getComponentNames());
      }
    } catch (ResolveEndpointFailedException e) {
      if (!isPropertyTold(step, uri, address) && !areOptionsTold(step, scheme, uri)) {
        Throwable cause = e.getCause() == null ? e : e.getCause();
        CamelWords words =
            CamelWords.of(
                String.valueOf(cause.getMessage()).lines().findFirst().orElse("it cannot be used"));
        mistakes.add(
            step,
            words.word() == null ? RouteAddress.of(uri) : words.word(),
            words.cause(),
            words.nextStep());
      }
    }
  }

  /**
   * Whether a property that a URI begins with is at fault, and was told. Its value is not shown, as
   * it may hold a secret.
   *
   * @param address the URI with the values of properties
   */
  private boolean isPropertyTold(LineNumberAware step, String uri, String address) {
    Matcher property = PROPERTY.matcher(uri);
    if (!property.lookingAt()) {
      return false;
    }
    String scheme = address.indexOf(':') < 0 ? "" : address.substring(0, address.indexOf(':'));
    boolean isKnownToCamel =
        !scheme.isEmpty()
            && (isKnown(scheme)
                || context.hasComponent(scheme) != null
                || CamelArtifacts.with(Kind.COMPONENT, scheme).isPresent());
    if (isKnownToCamel) {
      return false;
    }
    String name = property.group(1);
    String value = resolved(property.group());
    mistakes.add(
        step,
        property.group(),
        value == null || value.isBlank()
            ? "the property %s is empty".formatted(name)
            : "the value of the property %s does not begin with the name of a component, such as https:"
                .formatted(name),
        "Correct %s in application.properties, and start again; nothing was started."
            .formatted(name));
    return true;
  }

  /** What Camel does not have here: spelled wrong, or in a jar of its own. */
  private void addMissing(
      LineNumberAware step, Kind kind, String word, String name, Collection<String> known) {
    String missing = "there is no %s \"%s\"".formatted(kind.words(), name);
    Optional<Artifact> artifact = CamelArtifacts.with(kind, name);
    if (artifact.isPresent()) {
      mistakes.add(step, word, missing + " in the program", RouteMistakes.addition(artifact.get()));
      return;
    }
    String nearest = RouteMistakes.nearestOnly(name, known);
    if (nearest.isEmpty()) {
      nearest = RouteMistakes.nearestOnly(name, CamelArtifacts.namesOf(kind));
    }
    mistakes.add(step, word, missing + nearest);
  }

  /** With the values of properties, or null if one is not there, which the file's check tells. */
  private @Nullable String resolved(String text) {
    try {
      return context.resolvePropertyPlaceholders(text);
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  private Map<String, Object> options(String uri) {
    try {
      String query = URISupport.extractQuery(uri);
      return query == null ? Map.of() : URISupport.parseQuery(query, true);
    } catch (java.net.URISyntaxException e) {
      return Map.of();
    }
  }

  private @Nullable PropertyConfigurerGetter knownOptions(String scheme) {
    Component component = context.getComponent(scheme);
    PropertyConfigurer configurer =
        component == null ? null : component.getEndpointPropertyConfigurer();
    return configurer instanceof PropertyConfigurerGetter known ? known : null;
  }

  /** Camel holds durations as numbers, and takes what it cannot read for 0. */
  private void requireDurations(LineNumberAware step, String scheme, String uri) {
    PropertyConfigurerGetter known = knownOptions(scheme);
    if (known != null) {
      options(uri)
          .forEach(
              (name, value) -> {
                if (known.getOptionType(name, true) == long.class) {
                  requireDuration(step, String.valueOf(value));
                }
              });
    }
  }

  /** Whether options are at fault, and were told. */
  private boolean areOptionsTold(LineNumberAware step, String scheme, String uri) {
    PropertyConfigurerGetter known = knownOptions(scheme);
    if (known == null) {
      return false;
    }
    boolean told = false;
    for (Map.Entry<String, Object> option : options(uri).entrySet()) {
      String name = option.getKey();
      String value = context.resolvePropertyPlaceholders(String.valueOf(option.getValue()));
      Class<?> type = optionType(scheme, known, name);
      if (type == null) {
        mistakes.add(
            step,
            name,
            "there is no option \"%s\"".formatted(name)
                + RouteMistakes.nearest(name, optionsOf(scheme)));
        told = true;
      } else if (value.startsWith(CLASS)) {
        requireBean(step, value);
        told |= context.getClassResolver().resolveClass(className(value)) == null;
      } else if (value.startsWith("#") && !value.startsWith(TYPE)) {
        String bean = value.replaceFirst("^#(bean:)?", "");
        requireBean(step, bean);
        told |= !isKnown(bean);
      } else if (!value.startsWith("#")
          && !isDuration(known, name, value)
          && context.getTypeConverter().tryConvertTo(type, value) == null) {
        mistakes.add(
            step,
            name,
            "\"%s\" does not fit the option \"%s\"".formatted(value, name)
                + KnownTypes.holds(type));
        told = true;
      }
    }
    return told;
  }

  /** Camel reads a time such as 5s where an endpoint holds it as a number. */
  private static boolean isDuration(PropertyConfigurerGetter known, String name, String value) {
    return known.getOptionType(name, true) == long.class && DURATION.matcher(value).matches();
  }

  /** Some components, such as https, take options of theirs at each endpoint. */
  private @Nullable Class<?> optionType(
      String scheme, PropertyConfigurerGetter known, String name) {
    Class<?> type = known.getOptionType(name, true);
    Component component = context.getComponent(scheme);
    return type == null
            && component != null
            && component.getComponentPropertyConfigurer() instanceof PropertyConfigurerGetter all
        ? all.getOptionType(name, true)
        : type;
  }

  private Set<String> optionsOf(String scheme) {
    EndpointUriFactory factory = context.getCamelContextExtension().getEndpointUriFactory(scheme);
    return factory == null ? Set.of() : factory.propertyNames();
  }

  /** Quartz itself reads it only when the route starts. */
  private void requireCron(LineNumberAware step, String uri) {
    Object cron = options(uri).get("cron");
    if (cron != null) {
      String text = context.resolvePropertyPlaceholders(cron.toString().replace('+', ' '));
      if (!CronExpression.isValidExpression(text)) {
        mistakes.add(
            step,
            "cron",
            "\"%s\" is no cron expression of Quartz; write it as 0 30 22 * * ? (second, minute, hour,"
                    .formatted(text)
                + " day, month, weekday)");
      }
    }
  }
}
