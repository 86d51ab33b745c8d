package org.mailcaravan.routes;

import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import org.apache.camel.model.EnrichDefinition;
import org.apache.camel.model.ExpressionNode;
import org.apache.camel.model.PollEnrichDefinition;
import org.apache.camel.model.ProcessorDefinition;
import org.apache.camel.model.RecipientListDefinition;
import org.apache.camel.model.RoutingSlipDefinition;
import org.apache.camel.model.SendDefinition;
import org.apache.camel.model.ToDynamicDefinition;
import org.apache.camel.model.language.ConstantExpression;
import org.apache.camel.model.language.ExpressionDefinition;
import org.apache.camel.model.language.SimpleExpression;
import org.jspecify.annotations.Nullable;

/** Where a route begins, or what a step sends to, without its options. */
final class RouteAddress {
  private RouteAddress() {}

  /** The address in a URI. */
  static String of(String uri) {
    return uri.split("\\?", 2)[0].replace("://", ":");
  }

  /** Where a step sends to, or nowhere. */
  static String of(ProcessorDefinition<?> step) {
    if (step instanceof SendDefinition<?> send && send.getEndpointUri() != null) {
      return of(send.getEndpointUri());
    }
    // A wireTap is one of these; what is computed only when a message comes is left out later.
    return step instanceof ToDynamicDefinition tap && tap.getUri() != null ? of(tap.getUri()) : "";
  }

  /**
   * The URIs in the expression of a step that sends or reads wherever that says, such as a
   * recipientList; none where they are computed.
   */
  static List<String> inExpression(ProcessorDefinition<?> step) {
    if (!hasThemInExpression(step) || isComputed(step)) {
      return List.of();
    }
    String text = String.valueOf(((ExpressionNode) step).getExpression().getExpression());
    String delimiter = delimiter(step);
    return delimiter == null
        ? List.of(text.strip())
        : Arrays.stream(text.split(Pattern.quote(delimiter), -1))
            .map(String::strip)
            .filter(uri -> !uri.isEmpty())
            .toList();
  }

  /** What stands between the URIs of a step that has several; null where it has one. */
  private static @Nullable String delimiter(ProcessorDefinition<?> step) {
    String written;
    if (step instanceof RecipientListDefinition<?> list) {
      written = list.getDelimiter();
    } else if (step instanceof RoutingSlipDefinition<?> slip) {
      written = slip.getUriDelimiter();
    } else {
      return null;
    }
    if (written == null || written.isEmpty()) {
      return ",";
    }
    return written.equals("false") ? null : written;
  }

  /** Whether nobody knows before it runs which URIs are in its expression. */
  static boolean isComputed(ProcessorDefinition<?> step) {
    if (!hasThemInExpression(step)) {
      return false;
    }
    ExpressionDefinition expression = ((ExpressionNode) step).getExpression();
    return !(expression instanceof ConstantExpression || expression instanceof SimpleExpression)
        || String.valueOf(expression.getExpression()).contains("${");
  }

  private static boolean hasThemInExpression(ProcessorDefinition<?> step) {
    return (step instanceof EnrichDefinition
            || step instanceof PollEnrichDefinition
            || step instanceof RecipientListDefinition
            || step instanceof RoutingSlipDefinition)
        && ((ExpressionNode) step).getExpression() != null;
  }

  /** Whether a route that begins there is called by a step. */
  static boolean isCalled(String address) {
    return address.startsWith("direct:") || address.startsWith("seda:");
  }
}
