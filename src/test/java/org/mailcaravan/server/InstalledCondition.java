package org.mailcaravan.server;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.platform.commons.support.AnnotationSupport;

/** Decides for {@link EnabledIfInstalled}. */
final class InstalledCondition implements ExecutionCondition {
  static final String REQUIRE = "MAILCARAVAN_REQUIRE_SERVERS";

  @Override
  public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
    return AnnotationSupport.findAnnotation(context.getElement(), EnabledIfInstalled.class)
        .map(
            annotation ->
                decide(List.of(annotation.value()), Boolean.parseBoolean(System.getenv(REQUIRE))))
        .orElseGet(() -> ConditionEvaluationResult.enabled("needs no server"));
  }

  static ConditionEvaluationResult decide(List<String> programs, boolean required) {
    List<String> missing =
        Stream.of(programs)
            .flatMap(List::stream)
            .filter(program -> Programs.find(program).isEmpty())
            .toList();
    if (missing.isEmpty()) {
      return ConditionEvaluationResult.enabled(programs + " installed");
    }
    String reason = "Not installed, so this real-server test cannot run: " + missing;
    if (required) {
      throw new IllegalStateException(reason + ", and " + REQUIRE + "=true forbids to skip it");
    }
    return ConditionEvaluationResult.disabled(reason);
  }
}
