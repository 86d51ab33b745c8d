package org.mailcaravan.intake;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.xml.stream.XMLStreamReader;
import org.mailcaravan.intake.Workbook.Damaged;
import org.mailcaravan.intake.Workbook.Elements;
import org.mailcaravan.model.RequestReading;
import org.mailcaravan.model.VisibleText;
import org.mailcaravan.model.Where;

/**
 * Reads the first visible sheet of an Excel workbook. Row numbers of the sheet are the lines of the
 * request.
 */
final class WorkbookRows {
  private static final int MOST_TEXTS = 2_000_000;

  private static final int LONGEST_NAME = 31;

  /** Formats that are dates or times without being written down (ECMA-376 part 1, 18.8.30). */
  private static final String DATES =
      "14 15 16 17 18 19 20 21 22 27 28 29 30 31 32 33 34 35 36 45 46 47 50 51 52 53 54 55 56 57 58";

  private static final Set<String> DATE_FORMATS = Set.of(DATES.split(" ", -1));

  private final Workbook workbook;
  private final String name;
  private final List<String> texts = new ArrayList<>();

  /** The number formats of cells, as {@code s} counts them; a date is "d". */
  private final List<String> formats = new ArrayList<>();

  private int sheets;
  private String sheet = "";
  private String sheetId = "";
  private String part = "";
  private long characters;

  private WorkbookRows(Workbook workbook, String name) {
    this.workbook = workbook;
    this.name = name;
  }

  /**
   * Reads all rows.
   *
   * @throws org.mailcaravan.model.RequestRejected when no request can be in it
   */
  static RawRequest read(byte[] octets, String name) {
    return new WorkbookRows(new Workbook(octets, name), name).read();
  }

  private RawRequest read() {
    workbook.read("xl/workbook.xml", this::sheet);
    workbook.read("xl/_rels/workbook.xml.rels", this::relationship);
    if (part.isEmpty()) {
      throw workbook.rejected("it has no sheet that can be seen");
    }
    if (workbook.has("xl/styles.xml")) {
      readFormats();
    }
    if (workbook.has("xl/sharedStrings.xml")) {
      workbook.read("xl/sharedStrings.xml", new SharedTexts());
    }
    TableRows table = new TableRows(name, ",", true);
    workbook.read(
        part,
        new SheetCells(texts, formats, (row, cells, mangled) -> add(table, row, cells, mangled)));
    table.end();
    CsvHeader header = table.header();
    if (header == null || table.rows().isEmpty()) {
      throw RequestText.rejected(
          Where.file(name),
          "there is no row below the header of its first sheet",
          "Add a row for each mailbox to the first sheet.");
    }
    return new RawRequest(
        new RawRequest.Sheet(table.columns()),
        table.rows(),
        new RawRequest.Facts(
            new RequestReading(
                "Excel workbook",
                header.product(),
                List.of("sheet \"" + sheet + "\""),
                header.read(),
                sheets > 1
                    ? List.of("Only this sheet is read, of the " + sheets + " in the workbook.")
                    : List.of()),
            table.notes(),
            false));
  }

  /** A sheet of the workbook; the first one that is not hidden counts. */
  private void sheet(String element, XMLStreamReader at) {
    if (!element.equals("sheet")) {
      return;
    }
    sheets++;
    String state = at.getAttributeValue(null, "state");
    if (sheetId.isEmpty() && (state == null || state.equals("visible"))) {
      sheet = VisibleText.of(String.valueOf(at.getAttributeValue(null, "name")));
      sheet = sheet.substring(0, Math.min(sheet.length(), LONGEST_NAME));
      for (int i = 0; i < at.getAttributeCount(); i++) {
        if (at.getAttributeLocalName(i).equals("id")) {
          sheetId = at.getAttributeValue(i);
        }
      }
    }
  }

  private void relationship(String element, XMLStreamReader at) {
    if (element.equals("Relationship") && sheetId.equals(at.getAttributeValue(null, "Id"))) {
      String target = String.valueOf(at.getAttributeValue(null, "Target"));
      part = target.startsWith("/") ? target : "xl/" + target;
    }
  }

  private void readFormats() {
    Map<String, String> codes = new HashMap<>();
    workbook.read(
        "xl/styles.xml",
        new Elements() {
          private boolean ofCells;

          @Override
          public void begin(String element, XMLStreamReader at) {
            if (element.equals("numFmt")) {
              codes.put(
                  String.valueOf(at.getAttributeValue(null, "numFmtId")),
                  String.valueOf(at.getAttributeValue(null, "formatCode")));
            } else if (element.equals("cellXfs")) {
              ofCells = true;
            } else if (ofCells && element.equals("xf")) {
              String id = String.valueOf(at.getAttributeValue(null, "numFmtId"));
              formats.add(DATE_FORMATS.contains(id) ? "d" : codes.getOrDefault(id, ""));
            }
          }

          @Override
          public void end(String element) {
            ofCells &= !element.equals("cellXfs");
          }
        });
  }

  private void add(TableRows table, int row, List<String> cells, Map<Integer, Mangling> mangled)
      throws Damaged {
    characters += cells.stream().mapToInt(String::length).sum();
    if (characters > RequestText.LARGEST) {
      throw new Damaged("its cells hold more than " + RequestText.LARGEST + " characters");
    }
    table.add(row, cells, mangled);
  }

  /** The texts that cells share. */
  private final class SharedTexts implements Elements {
    private final StringBuilder text = new StringBuilder();
    private int length;
    private boolean inText;
    private boolean inReading;

    @Override
    public void begin(String element, XMLStreamReader at) throws Damaged {
      if (element.equals("si")) {
        text.setLength(0);
      }
      inReading |= element.equals("rPh"); // How Japanese is spoken.
      inText = element.equals("t");
    }

    @Override
    public void text(String piece) throws Damaged {
      if (inText && !inReading) {
        Workbook.append(text, piece);
      }
    }

    @Override
    public void end(String element) throws Damaged {
      inText = false;
      inReading &= !element.equals("rPh");
      if (element.equals("si")) {
        length += text.length();
        if (texts.size() >= MOST_TEXTS || length > RequestText.LARGEST) {
          throw new Damaged("its cells hold more than " + RequestText.LARGEST + " characters");
        }
        texts.add(text.toString());
      }
    }
  }
}
