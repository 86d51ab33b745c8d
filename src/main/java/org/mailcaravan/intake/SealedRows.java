package org.mailcaravan.intake;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Base64;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.mailcaravan.model.Formulas;
import org.mailcaravan.model.RequestRejected;
import org.mailcaravan.model.Secret;
import org.mailcaravan.model.Spelling;
import org.mailcaravan.model.Where;
import org.mailcaravan.secrets.Vault;

/**
 * Keeps the values of rejected rows, sealed as passwords are and for as long ({@code
 * secrets.keep-days}). The repair list refers to a value by a random number and its column; the
 * value is deleted when the repaired row is accepted. A reference is valid in its own column and in
 * password columns, which are never shown; there it may also stand among other characters, which
 * puts together a password that was cut into two cells.
 */
public final class SealedRows {
  /** Stands in a cell in place of its value. */
  private static final Pattern REFERENCE =
      Pattern.compile("(?i:sealed):([A-Za-z0-9_-]{22})\\.([a-z_]{1,40})");

  /** Alone in its cell, as spreadsheet programs give it back: with capitals and quotation marks. */
  private static final Pattern WHOLE_REFERENCE =
      Pattern.compile(
          "[\\s\\p{Pi}\\p{Pf}\"'`\u201e\u201a]*(?i:sealed):([A-Za-z0-9_-]{22})"
              + "\\.([A-Za-z_]{1,40})[\\s\\p{Pi}\\p{Pf}\"'`]*");

  /** With or without a column. */
  private static final Pattern ANY_REFERENCE = Pattern.compile("(?i:sealed):[A-Za-z0-9_-]{22}");

  /** Something like "sealed:" and a long word. */
  private static final Pattern NEAR_START =
      Pattern.compile(
          "\\W{0,4}(?<word>\\p{L}{4,8})\\s?[:;.,=]\\s?[A-Za-z0-9_-]{15,30}(\\W.*)?",
          Pattern.DOTALL);

  /** Ends in something like a number and a column. */
  private static final Pattern NEAR_END =
      Pattern.compile(
          ".*[A-Za-z0-9_-]{18,25}[.,:;]\\s?(" + beginnings() + ")_?[a-z_]*\\W{0,4}",
          Pattern.CASE_INSENSITIVE | Pattern.DOTALL);

  /** A damaged reference: it holds no secret, and the sender must see what to correct. */
  private static final Pattern DAMAGED =
      Pattern.compile("(?i:sealed):[A-Za-z0-9_-]{22}\\.?[A-Za-z_]{0,40}");

  private static final int LONGEST_NEAR = 200;

  /** Octets; one piece, sealed, fits into a column of the database. */
  private static final int PIECE = 5000;

  /** Characters of all values together: twice the largest request. */
  private static final long MOST_OPENED = 2L * RequestText.LARGEST;

  private static final Base64.Encoder TEXT = Base64.getUrlEncoder().withoutPadding();

  // Keeps lone surrogates.
  private static final ObjectMapper JSON =
      JsonMapper.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();

  /** The values that were opened, by their numbers. */
  static final class Opened {
    private final String name;
    private final Map<String, Map<String, String>> rows = new HashMap<>();
    private final Map<String, Set<Integer>> lines = new HashMap<>();
    private int line;
    private long length;

    /**
     * @param name of the request
     */
    Opened(String name) {
      this.name = name;
    }

    /** Counts, since a few references to one long value could take all memory. */
    private String counted(String value) {
      length += value.length();
      if (length > MOST_OPENED) {
        throw RequestText.rejected(
            Where.file(name),
            "its cells refer to more than " + MOST_OPENED + " characters",
            "Leave each cell with sealed: in its own row, or split the list into several files.");
      }
      return value;
    }

    /** Adds the values that another file, or an earlier version of this one, has opened. */
    void addAll(Opened other) {
      rows.putAll(other.rows);
    }
  }

  private final Vault vault;
  private final SecureRandom random = new SecureRandom();

  public SealedRows(Vault vault) {
    this.vault = vault;
  }

  /** Whether a cell refers to a value that is kept elsewhere. */
  static boolean isReference(String cell) {
    return ANY_REFERENCE.matcher(cell).find();
  }

  /** Whether it looks like a reference that was damaged while the list was edited. */
  static boolean isNearlyReference(String cell) {
    Matcher reference = REFERENCE.matcher(cell);
    if (cell.length() > LONGEST_NEAR || (reference.find() && isColumn(reference.group(2)))) {
      return false;
    }
    Matcher start = NEAR_START.matcher(cell);
    return NEAR_END.matcher(cell).matches()
        || (start.matches()
            && Spelling.nearest(start.group("word"), List.of("sealed")).isPresent());
  }

  /** What the names that a reference can end in begin with, up to their first "_". */
  private static String beginnings() {
    return Stream.concat(Column.words().stream(), Stream.of(RepairNote.LEFT_OVER.word()))
        .map(word -> word.replaceFirst("_.*", ""))
        .distinct()
        .collect(Collectors.joining("|"));
  }

  private static boolean isColumn(String word) {
    return Column.words().contains(word) || word.equals(RepairNote.LEFT_OVER.word());
  }

  /**
   * Keeps those values of each row that may not be shown; returns all cells, with references in
   * place of kept values.
   */
  List<Map<String, String>> seal(List<RawRow> rows, ClearCells clear) {
    List<Vault.Credential> kept = new ArrayList<>();
    List<Map<String, String>> shown = rows.stream().map(row -> seal(row, clear, kept)).toList();
    vault.putAll(kept);
    return shown;
  }

  private Map<String, String> seal(RawRow row, ClearCells clear, List<Vault.Credential> kept) {
    byte[] octets = new byte[16];
    random.nextBytes(octets);
    String id = TEXT.encodeToString(octets);
    RawRow guessed = row.guessed();
    Map<String, String> shown = new HashMap<>();
    Map<String, String> rest = new HashMap<>();
    guessed
        .cells()
        .forEach(
            (column, value) -> {
              String visible = clear.of(guessed, column);
              if (DAMAGED.matcher(value).matches()) {
                shown.put(column.word(), value);
              } else if (visible.equals(Secret.MASK) || !Formulas.isHarmless(visible)) {
                rest.put(column.word(), value);
              } else {
                shown.put(column.word(), visible);
              }
            });
    if (!row.unsorted().leftOver().isEmpty()) {
      rest.put(RepairNote.LEFT_OVER.word(), row.unsorted().leftOver());
    }
    rest.keySet().forEach(word -> shown.put(word, "sealed:" + id + "." + word));
    if (!rest.isEmpty()) {
      add(id, rest, kept);
    }
    return shown;
  }

  private static void add(String id, Map<String, String> cells, List<Vault.Credential> kept) {
    try {
      String text = JSON.writeValueAsString(cells);
      int pieces = (text.length() + PIECE - 1) / PIECE;
      for (int i = 0; i < pieces; i++) {
        String piece = text.substring(i * PIECE, Math.min(text.length(), (i + 1) * PIECE));
        kept.add(
            new Vault.Credential(
                place(id, i), Vault.Role.SOURCE, Secret.of(i == 0 ? pieces + " " + piece : piece)));
      }
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("cells cannot be written as JSON", e);
    }
  }

  /**
   * The same rows, with the values in place of the references to them.
   *
   * @throws RequestRejected when these are too long together
   */
  List<RawRow> resolve(List<RawRow> rows, Opened opened) {
    return rows.stream().map(row -> resolve(row, opened)).toList();
  }

  private RawRow resolve(RawRow row, Opened opened) {
    opened.line = row.line();
    String leftOver = row.unsorted().leftOver();
    boolean refers =
        isReference(leftOver)
            || row.cells().values().stream().anyMatch(SealedRows::isReference)
            || row.unsorted().cells().values().stream().anyMatch(SealedRows::isReference);
    return refers
        ? new RawRow(
            row.line(),
            resolve(row.cells(), opened),
            row.problems(),
            new RawRow.Unsorted(
                resolve(row.unsorted().cells(), opened),
                row.unsorted().shifted(),
                value(leftOver, "left_over", true, opened)))
        : row;
  }

  private Map<Column, String> resolve(Map<Column, String> cells, Opened opened) {
    Map<Column, String> values = new EnumMap<>(Column.class);
    cells.forEach(
        (column, cell) ->
            values.put(column, value(cell, column.word(), column.isPassword(), opened)));
    return values;
  }

  private String value(String cell, String word, boolean isNeverShown, Opened opened) {
    Matcher whole = WHOLE_REFERENCE.matcher(Texts.trimmed(cell));
    if (whole.matches()) {
      return isNeverShown || whole.group(2).equalsIgnoreCase(word)
          ? find(whole, opened).orElse(cell)
          : cell;
    }
    return isNeverShown
        ? REFERENCE
            .matcher(cell)
            .replaceAll(
                found -> Matcher.quoteReplacement(find(found, opened).orElse(found.group())))
        : cell;
  }

  private Optional<String> find(MatchResult reference, Opened opened) {
    String id = reference.group(1);
    opened.lines.computeIfAbsent(id, any -> new HashSet<>()).add(opened.line);
    return Optional.ofNullable(
            opened
                .rows
                .computeIfAbsent(id, this::find)
                .get(reference.group(2).toLowerCase(Locale.ROOT)))
        .map(opened::counted);
  }

  private Map<String, String> find(String id) {
    List<String> pieces = new ArrayList<>();
    int number = pieces(id, pieces);
    for (int i = 1; i < number; i++) {
      piece(id, i).ifPresent(pieces::add);
    }
    if (pieces.isEmpty() || pieces.size() != number) {
      return Map.of();
    }
    try {
      return JSON.readValue(String.join("", pieces), new TypeReference<Map<String, String>>() {});
    } catch (JsonProcessingException e) {
      // Its message would hold a part of it.
      throw new IllegalStateException("what is kept of a rejected row is no JSON");
    }
  }

  /** How many pieces are kept; 0 for none. The first is added to the list. */
  private int pieces(String id, List<String> first) {
    Optional<String> text = piece(id, 0);
    if (text.isEmpty()) {
      return 0;
    }
    int blank = text.get().indexOf(' ');
    first.add(text.get().substring(blank + 1));
    return Integer.parseInt(text.get().substring(0, blank));
  }

  private Optional<String> piece(String id, int number) {
    return vault.find(place(id, number), Vault.Role.SOURCE).map(Secret::reveal);
  }

  /**
   * Deletes the values that were opened for accepted rows; those of rejected rows are needed again.
   *
   * @param rejected tells the lines of rejected rows
   */
  void forget(Opened opened, IntPredicate rejected) {
    List<String> places = new ArrayList<>();
    for (String id : opened.rows.keySet()) {
      if (opened.lines.getOrDefault(id, Set.of()).stream().anyMatch(rejected::test)) {
        continue;
      }
      for (int i = pieces(id, new ArrayList<>()) - 1; i >= 0; i--) {
        places.add(place(id, i));
      }
    }
    vault.forget(places);
  }

  private static String place(String id, int piece) {
    return "sealed:" + id + (piece == 0 ? "" : "." + piece);
  }
}
