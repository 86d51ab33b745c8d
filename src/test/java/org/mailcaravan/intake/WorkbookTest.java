package org.mailcaravan.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.tuple;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.mailcaravan.model.Owner;
import org.mailcaravan.model.Problem;
import org.mailcaravan.model.Request;
import org.mailcaravan.model.RequestRejected;
import org.mailcaravan.model.RequestRow;
import org.mailcaravan.model.RowProblem;

/** Excel workbooks: their kinds of cells, and those that no spreadsheet program has written. */
@Timeout(60)
class WorkbookTest {
  private static final String HEADER =
      row(1, text("source_email"), text("source_password"), text("source_imap_server"));

  private final Path folder;

  WorkbookTest(@TempDir Path folder) {
    this.folder = folder;
  }

  private static String text(String value) {
    return "<c t=\"inlineStr\"><is><t xml:space=\"preserve\">" + value + "</t></is></c>";
  }

  private static String row(int number, String... cells) {
    return "<row r=\"" + number + "\">" + String.join("", cells) + "</row>";
  }

  private static String anna(String passwordCell) {
    return row(2, text("anna@example.org"), passwordCell, text("imap.example.org"));
  }

  /** The parts of a workbook with one sheet. */
  private static Map<String, String> parts(String rows) {
    Map<String, String> parts = new LinkedHashMap<>();
    parts.put(
        "xl/workbook.xml",
        "<?xml version=\"1.0\"?><workbook xmlns:r=\"r\"><sheets><sheet name=\"One\" r:id=\"x1\"/></sheets></workbook>");
    parts.put(
        "xl/_rels/workbook.xml.rels",
        "<Relationships><Relationship Id=\"x1\" Target=\"worksheets/a.xml\"/></Relationships>");
    parts.put("xl/worksheets/a.xml", "<worksheet><sheetData>" + rows + "</sheetData></worksheet>");
    return parts;
  }

  static byte[] zip(Map<String, String> parts) {
    ByteArrayOutputStream octets = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(octets)) {
      for (Map.Entry<String, String> part : parts.entrySet()) {
        zip.putNextEntry(new ZipEntry(part.getKey()));
        zip.write(part.getValue().getBytes(StandardCharsets.UTF_8));
        zip.closeEntry();
      }
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    return octets.toByteArray();
  }

  private Request read(byte[] octets) {
    RequestReader reader = new RequestReader(new RequestRules(false, true, true, List.of()));
    try {
      return reader.read(Files.write(folder.resolve("list.xlsx"), octets));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private Request read(String rows) {
    return read(zip(parts(rows)));
  }

  private Problem problemOf(byte[] octets) {
    return catchThrowableOfType(RequestRejected.class, () -> read(octets)).problem();
  }

  @Test
  void theHeaderIsFoundBelowATitle() {
    Request request =
        read(
            row(1, text("Mailboxes of Example Ltd"))
                + row(2, text("Server"), text("imap.example.org"))
                + row(4, text("No."), text("E-mail"), text("Password"), text("New password"))
                + row(5, text("1"), text("anna@example.org"), text("secret")));

    assertThat(request.rejected()).isEmpty();
    assertThat(request.rows())
        .extracting(RequestRow::line, RequestRow::sourceAddress, row -> row.source().host())
        .containsExactly(tuple(5, "anna@example.org", "imap.example.org"));
    assertThat(request.reading().notes())
        .startsWith("Not read, because it stands above the header: line 1.");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "inlineStr | <is><t xml:space='preserve'> a b </t></is> | ' a b '",
        "inlineStr | <is><r><t>se</t></r><r><t>cret</t></r><rPh><t>x</t></rPh></is> | secret",
        "inlineStr | <is><t>a_x0009_b_x005F_x0041_</t></is> | 'a\tb_x0041_'",
        "inlineStr | <is><t>&lt;&amp;&#xFC;🐫</t></is> | <&ü🐫",
        "s | <v>1</v> | shared one",
        "n | <v>4711</v> | 4711",
        "n | <v>4711.0</v> | 4711",
        "n | <v>4.711E3</v> | 4711",
        "n | <v>123456789012345</v> | 123456789012345",
      })
  void aPasswordIsReadFromACell(String type, String value, String password) {
    Map<String, String> parts = parts(HEADER + anna("<c t=\"" + type + "\">" + value + "</c>"));
    parts.put(
        "xl/sharedStrings.xml",
        "<sst><si><t>other</t></si><si><r><t>shared </t></r><r><t>one</t></r></si></sst>");
    Request request = read(zip(parts));

    assertThat(request.rejected()).isEmpty();
    assertThat(request.rows())
        .extracting(row -> row.sourcePassword().reveal())
        .containsExactly(password);
    assertThat(request.reading().notes().toString().contains("drops zeros"))
        .isEqualTo(type.equals("n"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "<c><v>1.2345678901234567E+18</v></c> | is a number that the spreadsheet program has rounded",
        "<c><v>1234567890123456</v></c> | is a number that the spreadsheet program has rounded",
        "<c><v>0.5</v></c> | is a number that the spreadsheet program has rounded",
        "<c s='1'><v>46054</v></c> | is a date",
        "<c s='2'><v>46054</v></c> | is a date",
        "<c s='3'><v>123</v></c> | is a number that is shown with zeros",
        "<c t='d'><v>2026-02-01</v></c> | is a date",
        "<c t='b'><v>1</v></c> | is TRUE or FALSE",
        "<c t='e'><v>#NAME?</v></c> | is an error of the spreadsheet program",
        "<c t='str'><f>A1</f><v>hunter2</v></c> | is a formula",
        "<c><f>A1</f><v>5</v></c> | is a formula",
        "<c><f>A1</f></c> | is a formula without a result",
        "<c t='inlineStr'><is><t>1,23E+05</t></is></c> | is a number in the short form",
      })
  void aPasswordThatExcelHasSpoiltIsNeverTried(String cell, String problem) {
    Map<String, String> parts = parts(HEADER + anna(cell));
    parts.put(
        "xl/styles.xml",
        "<styleSheet><numFmts><numFmt numFmtId=\"164\" formatCode=\"[$-407]d. mmm\"/><numFmt"
            + " numFmtId=\"165\" formatCode=\"0000\"/></numFmts><cellStyleXfs><xf numFmtId=\"14\"/></cellStyleXfs>"
            + "<cellXfs><xf numFmtId=\"0\"/><xf numFmtId=\"14\"/><xf numFmtId=\"164\"/><xf numFmtId=\"165\"/></cellXfs>"
            + "</styleSheet>");
    Request request = read(zip(parts));

    assertThat(request.rows()).isEmpty();
    assertThat(request.rejected())
        .extracting(RowProblem::column)
        .containsExactly("source_password");
    assertThat(request.rejected().get(0).problem()).startsWith(problem);
    assertThat(request.rejected().get(0).value()).isEqualTo("********");
  }

  @Test
  void anAddressByAFormulaIsTakenAndPointedOutAndOneWithoutResultIsNot() {
    String two =
        row(
            3,
            "<c t=\"str\"><f>A1</f><v>ben@example.org</v></c>",
            text("x"),
            text("imap.example.org"));
    String three = row(4, "<c><f>A1</f></c>", text("x"), text("imap.example.org"));
    Request request = read(HEADER + anna(text("x")) + two + three);

    assertThat(request.rows()).extracting(RequestRow::line).containsExactly(2, 3);
    assertThat(request.rejected())
        .extracting(RowProblem::line, RowProblem::column)
        .containsExactly(tuple(4, "source_email"));
    assertThat(request.reading().notes())
        .containsExactly("Check source_email of line 3: it is a formula.");
  }

  @Test
  void theFirstSheetThatCanBeSeenIsRead() {
    Map<String, String> parts = parts("");
    parts.put(
        "xl/workbook.xml",
        "<workbook xmlns:r=\"r\"><sheets><sheet name=\"H\" state=\"veryHidden\" r:id=\"x1\"/>"
            + "<sheet name=\"Two\" r:id=\"x2\"/><sheet name=\"Three\" r:id=\"x1\"/></sheets></workbook>");
    parts.put(
        "xl/_rels/workbook.xml.rels",
        "<Relationships><Relationship Id=\"x1\" Target=\"worksheets/a.xml\"/>"
            + "<Relationship Id=\"x2\" Target=\"/xl/worksheets/B.xml\"/></Relationships>");
    parts.put(
        "xl/worksheets/b.xml",
        "<worksheet><sheetData>" + HEADER + anna(text("x")) + "</sheetData></worksheet>");
    Request request = read(zip(parts));

    assertThat(request.rows()).hasSize(1);
    assertThat(request.reading().summary()).isEqualTo("Excel workbook (sheet \"Two\")");
    assertThat(request.reading().notes())
        .containsExactly("Only this sheet is read, of the 3 in the workbook.");
  }

  @Test
  void cellsWithoutPlacesFollowEachOtherAndThoseWithPlacesStandThere() {
    String sparse =
        "<row r=\"7\"><c r=\"C7\" t=\"inlineStr\"><is><t>imap.example.org</t></is></c></row>"
            + "<row><c r=\"A8\" t=\"inlineStr\"><is><t>ben@example.org</t></is></c>"
            + text("x")
            + text("imap.example.org")
            + text("one too many")
            + "</row>";
    Request request = read(HEADER + anna(text("x")) + sparse);

    assertThat(request.rows()).extracting(RequestRow::line).containsExactly(2);
    assertThat(request.rejected())
        .extracting(RowProblem::line, RowProblem::problem)
        .containsExactly(
            tuple(7, "is empty"),
            tuple(7, "is empty"),
            tuple(8, "the row has 4 values, the header 3 columns"));
  }

  static Stream<Arguments> hostile() {
    String many =
        IntStream.range(0, 3000).mapToObj(i -> "<n" + i + "/>").collect(Collectors.joining());
    String numbers =
        IntStream.range(2, 200_010)
            .mapToObj(i -> "<row r=\"" + i + "\"><c><v>1</v></c></row>")
            .collect(Collectors.joining());
    String shared =
        IntStream.range(2, 1000)
            .mapToObj(i -> "<row r=\"" + i + "\"><c t=\"s\"><v>0</v></c></row>")
            .collect(Collectors.joining());
    return Stream.of(
        Arguments.of(
            "a document type",
            "<!DOCTYPE x [<!ENTITY y SYSTEM \"file:///etc/passwd\">]>",
            "that no spreadsheet program writes"),
        Arguments.of("a comment", "<!-- x -->", "that no spreadsheet program writes"),
        Arguments.of("CDATA", "<![CDATA[x]]>", "that no spreadsheet program writes"),
        Arguments.of("an instruction", "<?x y?>", "that no spreadsheet program writes"),
        Arguments.of("an entity", row(1, text("&y;")), "damaged"),
        Arguments.of("deep elements", "<a>".repeat(200), "nested too deeply"),
        Arguments.of("many names", many, "too many names"),
        Arguments.of("a long attribute", "<row r=\"" + "1".repeat(1 << 20) + "\"/>", "too long"),
        Arguments.of("a long cell", row(1, text("x".repeat(40_000))), "more than 32767 characters"),
        Arguments.of(
            "a column far out",
            "<row r=\"1\"><c r=\"ZZZ1\"><v>1</v></c></row>",
            "more than 1000 columns"),
        Arguments.of(
            "a place of a cell",
            "<row r=\"1\"><c r=\"ZZZZZZZ1\"><v>1</v></c></row>",
            "place of a cell"),
        Arguments.of(
            "a text that is not there",
            "<row r=\"1\"><c t=\"s\"><v>9999999</v></c></row>",
            "a text that is not there"),
        Arguments.of(
            "a style that is none",
            "<row r=\"1\"><c s=\"-1\"><v>1</v></c></row>",
            "a number of a row"),
        Arguments.of(
            "a number of many digits",
            "<row r=\"1\"><c><v>" + "9".repeat(30_000) + "</v></c></row>",
            "a number that is none"),
        Arguments.of("the same row twice", HEADER + HEADER, "rows are out of order"),
        Arguments.of("row 0", row(0, text("x")), "rows are out of order"),
        Arguments.of(
            "the same cell twice",
            "<row r=\"1\"><c r=\"A1\"/><c r=\"A1\"/></row>",
            "cells are out of order"),
        Arguments.of("a long text in many cells", HEADER + shared, "more than 16777216 characters"),
        Arguments.of("no rows", "", "there is no row below the header"),
        Arguments.of("the end is missing", HEADER + "<row", "damaged"),
        Arguments.of("many rows", HEADER + numbers, "more than 200000 rows"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("hostile")
  void aSheetThatNoProgramHasWrittenIsRefused(String what, String rows, String cause) {
    Map<String, String> parts = parts(rows);
    parts.put("xl/sharedStrings.xml", "<sst><si><t>" + "x".repeat(32_000) + "</t></si></sst>");
    Problem problem = problemOf(zip(parts));

    assertThat(problem.cause()).as(what).contains(cause).hasSizeLessThan(300);
    assertThat(problem.owner()).isEqualTo(Owner.CUSTOMER);
  }

  @ParameterizedTest
  @ValueSource(strings = {"xl/worksheets/a.xml", "xl/sharedStrings.xml", "xl/media/a.png"})
  void aBombIsRefusedBeforeItIsUnpacked(String part) throws IOException {
    Map<String, String> parts = parts(HEADER);
    ByteArrayOutputStream octets = new ByteArrayOutputStream();
    byte[] blanks = new byte[1 << 20];
    Arrays.fill(blanks, (byte) ' ');
    try (ZipOutputStream zip = new ZipOutputStream(octets)) {
      zip.putNextEntry(new ZipEntry(part));
      zip.write("<sst>".getBytes(StandardCharsets.UTF_8));
      for (int i = 0; i < 200; i++) {
        zip.write("<x/>".getBytes(StandardCharsets.UTF_8));
        zip.write(blanks, 0, 1 << 18);
        zip.write("<x/>".getBytes(StandardCharsets.UTF_8));
        zip.write(blanks, 0, 1 << 18);
        zip.write("<x/>".getBytes(StandardCharsets.UTF_8));
        zip.write(blanks, 0, 1 << 18);
      }
      zip.closeEntry();
      parts.remove(part);
      for (Map.Entry<String, String> other : parts.entrySet()) {
        zip.putNextEntry(new ZipEntry(other.getKey()));
        zip.write(other.getValue().getBytes(StandardCharsets.UTF_8));
      }
    }
    assertThat(octets.size()).isLessThan(1 << 20);
    assertThat(problemOf(octets.toByteArray()).cause())
        .contains("more than 128 MiB when it is unpacked");
  }

  @Test
  void moreThanSomeThousandPartsAreRefused() {
    Map<String, String> parts = parts(HEADER);
    IntStream.range(0, 3000).forEach(i -> parts.put("x" + i, ""));

    assertThat(problemOf(zip(parts)).cause()).contains("more than 2000 parts");
  }

  @ParameterizedTest
  @CsvSource({
    "content.xml, an OpenDocument file such as .ods",
    "word/document.xml, a Word document",
    "xl/workbook.bin, a binary Excel workbook (.xlsb)",
    "anna.vcf, a ZIP archive",
  })
  void anotherArchiveIsRefusedWithItsKind(String part, String kind) {
    Problem problem = problemOf(zip(Map.of(part, "hunter2")));

    assertThat(problem.cause())
        .isEqualTo("it is " + kind + ", neither CSV, JSON nor an Excel workbook (.xlsx)");
    assertThat(problem.nextStep()).startsWith("Save it as .xlsx");
  }

  @Test
  void aWorkbookThatIsCutOffAnywhereIsRefused() {
    byte[] whole = zip(parts(HEADER + anna(text("hunter2"))));
    for (int length = 5; length < whole.length; length += 7) {
      byte[] cut = Arrays.copyOf(whole, length);
      try {
        assertThat(read(cut).rows()).hasSize(1); // The table of contents at the end is not used.
      } catch (RequestRejected e) {
        assertThat(e.problem().toString()).doesNotContain("hunter2");
      }
    }
  }
}
