package org.mailcaravan.routes;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.mailcaravan.docs.Document;
import org.mailcaravan.docs.Document.Table;
import org.mailcaravan.model.GroupwareSource;
import org.mailcaravan.model.Mailbox;
import org.mailcaravan.model.MailboxResult;
import org.mailcaravan.model.Migration;
import org.mailcaravan.model.MigrationResult;
import org.mailcaravan.model.Policy;
import org.mailcaravan.model.Problem;
import org.mailcaravan.model.ProblemCode;
import org.mailcaravan.model.RowOptions;
import org.mailcaravan.model.RowProblem;
import org.mailcaravan.model.Server;
import org.mailcaravan.model.Where;
import org.mailcaravan.sync.copy.MessageBatch;
import org.mailcaravan.sync.copy.SourceMessage;
import org.mailcaravan.sync.folders.ExcludedFolder;
import org.mailcaravan.sync.folders.FolderPlan;
import org.mailcaravan.sync.folders.MailboxPlan;

/** docs/bodies.md promises properties and types to routes; the classes have them. */
class BodyTypesTest {
  private static final Map<String, Class<?>> TYPES = new LinkedHashMap<>();

  static {
    TYPES.put("Mailbox", Mailbox.class);
    TYPES.put("Server", Server.class);
    TYPES.put("Groupware", GroupwareSource.class);
    TYPES.put("Options", RowOptions.class);
    TYPES.put("Policy", Policy.class);
    TYPES.put("Plan", MailboxPlan.class);
    TYPES.put("Excluded folder", ExcludedFolder.class);
    TYPES.put("Folder", FolderPlan.class);
    TYPES.put("Batch", MessageBatch.class);
    TYPES.put("Message", SourceMessage.class);
    TYPES.put("Migration", Migration.class);
    TYPES.put("Rejected row", RowProblem.class);
    TYPES.put("Migration result", MigrationResult.class);
    TYPES.put("Mailbox result", MailboxResult.class);
    TYPES.put("Problem", Problem.class);
  }

  /** The tables by the headings above them. */
  private static Map<String, Table> tables() {
    Document page = Document.of("docs/bodies.md");
    List<Table> tables = page.tables("Property");
    Map<String, Table> byHeading = new LinkedHashMap<>();
    page.headings().stream()
        .filter(heading -> heading.startsWith("## "))
        .forEach(heading -> byHeading.put(heading.substring(3), tables.get(byHeading.size())));
    return byHeading;
  }

  @Test
  void thePageHasEveryType() {
    assertThat(tables().keySet()).containsExactlyElementsOf(TYPES.keySet());
  }

  @Test
  void eachPropertyIsThereWithItsType() {
    tables()
        .forEach(
            (name, table) -> {
              assertThat(TYPES).containsKey(name);
              Class<?> type = Objects.requireNonNull(TYPES.get(name));
              for (List<String> row : table.rows()) {
                String property = row.get(0).replace("`", "");
                assertThat(words(KnownTypes.member(type, property)))
                    .as("%s.%s", name, property)
                    .isEqualTo(row.get(1));
              }
            });
  }

  private static String words(@Nullable Type type) {
    Class<?> raw = KnownTypes.raw(type);
    if (raw == null) {
      return "unknown";
    }
    if (type instanceof ParameterizedType generic) {
      String element = words(generic.getActualTypeArguments()[0]);
      return raw == Iterator.class ? "iterators over " + element : "list of " + element;
    }
    if (raw == String.class || raw == Where.class || raw == ProblemCode.class) {
      return "text";
    }
    if (raw == int.class || raw == long.class || raw == double.class) {
      return "number";
    }
    if (raw == boolean.class) {
      return "true or false";
    }
    if (raw == Instant.class || raw == OffsetDateTime.class) {
      return "time";
    }
    if (raw.isEnum()) {
      List<String> constants =
          Arrays.stream(raw.getEnumConstants()).map(each -> "`" + each + "`").toList();
      int last = constants.size() - 1;
      return String.join(", ", constants.subList(0, last)) + " or " + constants.get(last);
    }
    return TYPES.entrySet().stream()
        .filter(entry -> entry.getValue() == raw)
        .map(Map.Entry::getKey)
        .findFirst()
        .orElse(raw.getName());
  }
}
