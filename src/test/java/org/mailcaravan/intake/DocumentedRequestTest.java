package org.mailcaravan.intake;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.mailcaravan.docs.Document;
import org.mailcaravan.docs.WrittenTable;
import org.mailcaravan.model.Request;
import org.mailcaravan.model.RequestRow;
import org.mailcaravan.model.RowOptions;
import org.mailcaravan.model.Security;

class DocumentedRequestTest {
  private static final Document REQUESTS = Document.of("docs/requests.md");

  @Test
  void thePageOfRequestsHasEveryColumnWithItsMeaningInTheOrderOfTheTemplate() {
    WrittenTable.requireRows(
        "docs/requests.md",
        "Column",
        Arrays.stream(Column.values())
            .map(
                column ->
                    List.of(
                        "`" + column.word() + "`",
                        column.isRequired() ? "required" : "",
                        column.meaning()))
            .toList());
  }

  @Test
  void thePageOfRequestsHasTheOtherNamesOfEveryColumn() {
    List<List<String>> rows = new ArrayList<>();
    for (Column column : Column.values()) {
      if (!HeaderNames.others(column).isEmpty()) {
        rows.add(List.of("`" + column.word() + "`", names(HeaderNames.others(column))));
      }
    }
    rows.add(List.of("not used", names(HeaderNames.unused())));
    WrittenTable.requireRows("docs/requests.md", "Read as", rows);
  }

  private static String names(List<String> names) {
    return names.stream().map(name -> "`" + name + "`").collect(Collectors.joining(", "));
  }

  @Test
  void thePageOfRequestsNamesEveryProductWhoseListsAreKnown() {
    Document.Table lists = REQUESTS.table("List of");
    assertThat(lists.column(0))
        .containsAll(CsvHeader.PRODUCTS.keySet())
        .containsAll(Arrays.stream(HeaderlessForm.values()).map(HeaderlessForm::product).toList());
    assertThat(lists.column(1))
        .containsAll(
            Arrays.stream(HeaderlessForm.values())
                .map(form -> "no header: " + form.shape())
                .toList());
  }

  static Stream<Column> options() {
    return Arrays.stream(Column.values()).filter(column -> column.optionCheck().isPresent());
  }

  /** A name that is spelled otherwise there would be read as an empty cell. */
  @ParameterizedTest
  @MethodSource("options")
  void anOptionIsReadByAMethodOfItsName(Column column) throws ReflectiveOperationException {
    Matcher next = Pattern.compile("_(.)").matcher(column.word());
    Method method =
        RowOptions.class.getMethod(
            next.replaceAll(found -> found.group(1).toUpperCase(Locale.ROOT)));
    try {
      assertThat(method.invoke(new RowOptions(Map.of(column.word(), "x"))))
          .isNotEqualTo(Optional.empty());
    } catch (InvocationTargetException e) {
      // It was read, and takes another form.
    }
  }

  @Test
  void bothExamplesAreAcceptedAndMeanTheSame(@TempDir Path folder) throws IOException {
    Files.writeString(folder.resolve("anna.vcf"), "BEGIN:VCARD\r\nEND:VCARD\r\n");
    Request csv = read(folder, "csv");
    Request json = read(folder, "json");
    assertThat(csv.rejected()).isEmpty();
    assertThat(json.rejected()).isEmpty();
    assertThat(csv.rows()).hasSize(2);
    for (int i = 0; i < csv.rows().size(); i++) {
      assertThat(json.rows().get(i))
          .usingRecursiveComparison()
          .ignoringFields("line")
          .isEqualTo(csv.rows().get(i));
    }
    RequestRow anna = csv.rows().get(0);
    assertThat(anna.sourcePassword().reveal()).isEqualTo("old, secret");
    assertThat(anna.source().port()).isEqualTo(993);
    assertThat(csv.rows().get(1).source().security()).isEqualTo(Security.STARTTLS);
  }

  private static Request read(Path folder, String language) throws IOException {
    List<Document.Block> blocks = REQUESTS.blocks(language);
    assertThat(blocks).hasSize(1);
    Path file = Files.writeString(folder.resolve("a." + language), blocks.get(0).text());
    return new RequestReader(new RequestRules(true, true, true, List.of())).read(file);
  }
}
