package org.mailcaravan.intake;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.mailcaravan.model.RowProblem;

class RejectedRowsTest {
  private static List<List<String>> table(String... values) {
    List<RowProblem> problems =
        Stream.of(values)
            .map(value -> new RowProblem(7, "source_email", value, "is wrong", "Fix it."))
            .toList();
    return new RejectedRows().table(problems);
  }

  @Test
  void hasAHeaderAndARowForEachProblem() {
    assertThat(table("nobody"))
        .containsExactly(
            List.of("line", "column", "problem", "how_to_fix", "value"),
            List.of("7", "source_email", "is wrong", "Fix it.", "nobody"));
    assertThat(table()).hasSize(1);
  }

  @Test
  void leavesNoFormulaForASpreadsheetProgramToRun() {
    assertThat(
            table(
                    "=cmd()",
                    "+1",
                    "-1",
                    "@sum",
                    "a=b",
                    "",
                    " =x",
                    "a;=x",
                    "a\t-1",
                    "\"=x",
                    "\uff1dx",
                    "\u202e=x",
                    "a|@x",
                    "\r=x",
                    "a, b",
                    "anna-b@example.org")
                .stream()
                .skip(1))
        .extracting(row -> row.get(4))
        .containsExactly(
            "'=cmd()",
            "'+1",
            "'-1",
            "'@sum",
            "a=b",
            "",
            " '=x",
            "a;'=x",
            "a\\u0009-1",
            "\"'=x",
            "'\uff1dx",
            "\\u202E=x",
            "a|'@x",
            "\\u000D=x",
            "a, b",
            "anna-b@example.org");
  }

  @Test
  void printsATemplateOfAllColumns() {
    assertThat(CsvTemplate.text())
        .startsWith(RequestReaderTest.ALL_COLUMNS.strip())
        .isEqualTo(String.join(",", Column.words()) + "\n");
  }

  @ParameterizedTest
  @EnumSource(Column.class)
  void aReferenceThatLostItsBeginningIsToldInEveryColumn(Column column) {
    assertThat(SealedRows.isNearlyReference("AbCdEfGhIjKlMnOpQrStUv." + column.word())).isTrue();
  }
}
