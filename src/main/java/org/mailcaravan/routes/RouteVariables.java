package org.mailcaravan.routes;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.model.BeanDefinition;
import org.apache.camel.model.ConvertVariableDefinition;
import org.apache.camel.model.EnrichDefinition;
import org.apache.camel.model.ExpressionNode;
import org.apache.camel.model.KameletDefinition;
import org.apache.camel.model.MarshalDefinition;
import org.apache.camel.model.PollDefinition;
import org.apache.camel.model.PollEnrichDefinition;
import org.apache.camel.model.ProcessDefinition;
import org.apache.camel.model.ProcessorDefinition;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.model.ScriptDefinition;
import org.apache.camel.model.SendDefinition;
import org.apache.camel.model.SetVariableDefinition;
import org.apache.camel.model.SetVariablesDefinition;
import org.apache.camel.model.ToDefinition;
import org.apache.camel.model.ToDynamicDefinition;
import org.apache.camel.model.UnmarshalDefinition;
import org.apache.camel.model.language.ExpressionDefinition;
import org.apache.camel.model.language.MethodCallExpression;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.component.mailbox.MailboxOperation;

/**
 * The variables that routes may read.
 *
 * @param names those that a step sets
 * @param others whether some step runs code that we do not know, which may set others
 */
record RouteVariables(Set<String> names, boolean others) {
  /** What is known of beans. */
  private record Beans(CamelContext context, Set<String> ofSome) {}

  private static final Set<String> LANGUAGES =
      Set.of("simple", "constant", "variable", "header", "exchangeProperty");
  private static final Set<String> COMPONENTS =
      Set.of(
          "mailbox", "dav", "direct", "seda", "file", "log", "timer", "quartz", "mock", "http",
          "https", "smtp", "smtps", "imap", "imaps", "pop3", "pop3s");

  /**
   * @param ofSome names of beans that only some services have
   */
  static RouteVariables of(
      CamelContext context,
      Set<String> ofSome,
      List<RouteDefinition> routes,
      List<ProcessorDefinition<?>> steps) {
    Beans beans = new Beans(context, ofSome);
    List<@Nullable String> names = new ArrayList<>();
    routes.forEach(route -> names.add(route.getInput().getVariableReceive()));
    for (MailboxOperation operation : MailboxOperation.values()) {
      if (operation.after() != null
          && routes.stream()
              .anyMatch(
                  route ->
                      RouteAddress.of(route.getInput().getEndpointUri())
                          .equals("mailbox:" + operation))) {
        names.add(MailboxOperation.EVENT);
      }
    }
    boolean others = false;
    for (ProcessorDefinition<?> step : steps) {
      names.addAll(names(step));
      others |= isForeign(beans, step);
    }
    Set<String> set = new TreeSet<>();
    for (String name : names) {
      if (name != null) {
        set.add(name);
      }
    }
    return new RouteVariables(set, others);
  }

  private static List<@Nullable String> names(ProcessorDefinition<?> step) {
    List<@Nullable String> names = new ArrayList<>();
    if (step instanceof SetVariableDefinition set) {
      names.add(set.getName());
    } else if (step instanceof SetVariablesDefinition set && set.getVariables() != null) {
      set.getVariables().forEach(each -> names.add(each.getName()));
    } else if (step instanceof ConvertVariableDefinition convert) {
      names.add(convert.getToName());
    } else if (step instanceof ToDefinition to) {
      names.add(to.getVariableReceive());
    } else if (step instanceof ToDynamicDefinition to) {
      names.add(to.getVariableReceive());
    } else if (step instanceof EnrichDefinition enrich) {
      names.add(enrich.getVariableReceive());
    } else if (step instanceof PollEnrichDefinition poll) {
      names.add(poll.getVariableReceive());
    } else if (step instanceof PollDefinition poll) {
      names.add(poll.getVariableReceive());
    } else if (step instanceof MarshalDefinition marshal) {
      names.add(marshal.getVariableReceive());
    } else if (step instanceof UnmarshalDefinition unmarshal) {
      names.add(unmarshal.getVariableReceive());
    }
    return names;
  }

  private static boolean isForeign(Beans beans, ProcessorDefinition<?> step) {
    if (step instanceof BeanDefinition bean) {
      return isForeign(beans, bean.getRef(), bean.getMethod());
    }
    if (step instanceof SendDefinition<?> send) {
      String uri = String.valueOf(send.getEndpointUri());
      return uri.startsWith("bean:")
          ? !isOurs(beans, RouteAddress.of(uri).substring("bean:".length()))
          : isForeign(beans, uri);
    }
    if (step instanceof ToDynamicDefinition to) {
      return isForeign(beans, String.valueOf(to.getUri()));
    }
    if (step instanceof ExpressionNode node && node.getExpression() != null) {
      return isForeign(beans, node.getExpression());
    }
    return step instanceof ProcessDefinition
        || step instanceof ScriptDefinition
        || step instanceof KameletDefinition
        || step instanceof EnrichDefinition
        || step instanceof PollEnrichDefinition
        || step instanceof PollDefinition;
  }

  private static boolean isForeign(Beans beans, String uri) {
    try {
      String meant = beans.context().resolvePropertyPlaceholders(uri);
      return !COMPONENTS.contains(meant.split(":", 2)[0]);
    } catch (IllegalArgumentException e) {
      // The check of the file tells which property is not there.
      return true;
    }
  }

  private static boolean isForeign(Beans beans, ExpressionDefinition expression) {
    if (expression instanceof MethodCallExpression call) {
      return isForeign(beans, call.getRef(), call.getMethod());
    }
    return !LANGUAGES.contains(expression.getLanguage())
        || String.valueOf(expression.getExpression()).contains("setVariable(");
  }

  /** Whether an endpoint calls a bean of ours, such as those of the API; they set no variables. */
  private static boolean isOurs(Beans beans, String name) {
    Object bean = beans.context().getRegistry().lookupByName(name);
    return bean != null && KnownTypes.isOurs(bean.getClass());
  }

  /** Whether a bean is not ours, or gets the whole exchange. */
  private static boolean isForeign(Beans beans, @Nullable String ref, @Nullable String call) {
    Object bean = ref == null ? null : beans.context().getRegistry().lookupByName(ref);
    // Those that are missing here get no exchange where they are.
    if (bean == null && beans.ofSome().contains(String.valueOf(ref))) {
      return false;
    }
    return bean == null
        || !KnownTypes.isOurs(bean.getClass())
        || Arrays.stream(bean.getClass().getMethods())
            .filter(method -> call == null || call.startsWith(method.getName()))
            .flatMap(method -> Arrays.stream(method.getParameterTypes()))
            .anyMatch(type -> type == Exchange.class || type == Message.class);
  }
}
