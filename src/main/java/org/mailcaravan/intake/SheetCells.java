package org.mailcaravan.intake;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.xml.stream.XMLStreamReader;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.intake.Workbook.Damaged;
import org.mailcaravan.intake.Workbook.Elements;

/** The cells of a sheet (ECMA-376 part 1, 18.3.1), row by row. */
final class SheetCells implements Elements {
  /** Takes a row. */
  @FunctionalInterface
  interface Rows {
    /**
     * A row that is not empty.
     *
     * @param number counted from 1, each higher than the one before
     * @param cells from the first column up to the last that has a value
     * @param mangled what the spreadsheet program has made of values, by their places from 0
     */
    void add(int number, List<String> cells, Map<Integer, Mangling> mangled) throws Damaged;
  }

  private static final int MOST_ROWS = 1 << 20;
  private static final Pattern PLACE = Pattern.compile("([A-Z]{1,3})\\d{1,7}");
  private static final Pattern NUMBER =
      Pattern.compile("-?\\d{1,20}(\\.\\d{1,20})?([Ee][+-]?\\d{1,3})?");
  private static final Pattern CODE = Pattern.compile("_x([0-9A-Fa-f]{4})_");
  private static final Pattern QUOTED = Pattern.compile("\"[^\"]*\"|\\\\.|\\[[^\\]]*\\]");
  private static final Pattern ZEROS = Pattern.compile("0{2,}");

  /** Digits that spreadsheet programs keep of a number. */
  private static final int DIGITS = 15;

  private final List<String> texts;
  private final List<String> formats;
  private final Rows rows;
  private final List<String> cells = new ArrayList<>();
  private final Map<Integer, Mangling> mangled = new HashMap<>();
  private final StringBuilder text = new StringBuilder();
  private int row;
  private int column;
  private String type = "";
  private String format = "";
  private boolean isFormula;
  private boolean inValue;
  private boolean inReading;
  private boolean inSheet;

  /**
   * @param texts those that cells share
   * @param formats the formats of numbers by their places; a date is "d"
   */
  SheetCells(List<String> texts, List<String> formats, Rows rows) {
    this.texts = texts;
    this.formats = formats;
    this.rows = rows;
  }

  @Override
  public void begin(String element, XMLStreamReader at) throws Damaged {
    inValue = false;
    switch (element) {
      case "sheetData" -> inSheet = true;
      case "row" -> beginRow(at.getAttributeValue(null, "r"));
      case "c" -> beginCell(at);
      case "f" -> isFormula = true;
      case "rPh" -> inReading = true;
      case "v", "t" -> inValue = inSheet && !inReading;
      default -> {}
    }
  }

  private void beginRow(@Nullable String number) throws Damaged {
    int next = number == null ? row + 1 : number(number);
    if (next <= row || next > MOST_ROWS) {
      throw new Damaged("its rows are out of order");
    }
    row = next;
    column = -1;
    cells.clear();
    mangled.clear();
  }

  private static int number(String text) throws Damaged {
    if (!text.matches("\\d{1,7}")) {
      throw new Damaged("a number of a row, a style or a text is wrong");
    }
    return Integer.parseInt(text);
  }

  private void beginCell(XMLStreamReader at) throws Damaged {
    String place = at.getAttributeValue(null, "r");
    String style = at.getAttributeValue(null, "s");
    String kind = at.getAttributeValue(null, "t");
    int next = place == null ? column + 1 : column(place);
    if (next <= column) {
      throw new Damaged("its cells are out of order");
    }
    if (next >= CsvHeader.MOST_COLUMNS) {
      throw new Damaged("it has more than " + CsvHeader.MOST_COLUMNS + " columns");
    }
    column = next;
    type = kind == null ? "n" : kind;
    int number = style == null ? 0 : number(style);
    format = number < formats.size() ? formats.get(number) : "";
    isFormula = false;
    text.setLength(0);
  }

  private static int column(String place) throws Damaged {
    Matcher letters = PLACE.matcher(place);
    if (!letters.matches()) {
      throw new Damaged("the place of a cell is wrong");
    }
    return letters.group(1).chars().reduce(0, (sum, letter) -> 26 * sum + letter - 'A' + 1) - 1;
  }

  @Override
  public void text(String piece) throws Damaged {
    if (inValue) {
      Workbook.append(text, piece);
    }
  }

  @Override
  public void end(String element) throws Damaged {
    inValue = false;
    switch (element) {
      case "sheetData" -> inSheet = false;
      case "rPh" -> inReading = false;
      case "c" -> endCell();
      case "row" -> {
        if (!cells.isEmpty()) {
          rows.add(row, List.copyOf(cells), Map.copyOf(mangled));
        }
      }
      default -> {}
    }
  }

  private void endCell() throws Damaged {
    String value = value();
    if (value.isEmpty()) {
      if (!isFormula) {
        return;
      }
      mangled.put(column, Mangling.NO_RESULT);
    }
    while (cells.size() < column) {
      cells.add("");
    }
    cells.add(value);
  }

  private String value() throws Damaged {
    String found = text.toString();
    if (found.isEmpty()) {
      return "";
    }
    switch (type) {
      case "s" -> {
        int number = number(found);
        if (number >= texts.size()) {
          throw new Damaged("a cell has a text that is not there");
        }
        found = decoded(texts.get(number));
      }
      case "b" -> {
        found = found.equals("1") ? "TRUE" : "FALSE";
        mangled.put(column, Mangling.TRUTH);
      }
      case "e" -> mangled.put(column, Mangling.ERROR);
      case "d" -> mangled.put(column, Mangling.DATE);
      case "n" -> found = number();
      default -> found = decoded(found); // "inlineStr" and "str"
    }
    if (isFormula && !type.equals("e")) {
      mangled.put(column, Mangling.FORMULA);
    }
    return found;
  }

  private String number() throws Damaged {
    String found = text.toString();
    if (!NUMBER.matcher(found).matches()) {
      throw new Damaged("a cell has a number that is none");
    }
    BigDecimal exact = new BigDecimal(found).stripTrailingZeros();
    boolean isWhole = exact.scale() <= 0 && exact.precision() - exact.scale() <= DIGITS;
    String digits = isWhole ? exact.toPlainString() : found;
    String shown = QUOTED.matcher(format).replaceAll("");
    if (shown.matches("(?is).*[ymdhs].*")) {
      mangled.put(column, Mangling.DATE);
    } else if (!isWhole) {
      mangled.put(column, Mangling.ROUNDED);
    } else if (ZEROS.matcher(shown).matches() && shown.length() > digits.length()) {
      mangled.put(column, Mangling.ZEROS);
    } else {
      mangled.put(column, Mangling.NUMBER_CELL);
    }
    return digits;
  }

  /** Characters that XML cannot hold stand as {@code _x000D_} (ST_Xstring, 22.9.2.19). */
  private static String decoded(String found) {
    return found.indexOf("_x") < 0
        ? found
        : CODE.matcher(found)
            .replaceAll(
                code ->
                    Matcher.quoteReplacement(
                        String.valueOf((char) Integer.parseInt(code.group(1), 16))));
  }
}
