package org.mailcaravan.intake;

import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.model.RowProblem;

/**
 * What the text of a mail says of a mailbox, or of several whose fields stand together. Where it is
 * not certain which value belongs to which mailbox, none of them is used. For one text.
 */
final class MailEntry {
  /** What several mailboxes can have in common. */
  static final List<Column> OF_SERVER =
      List.of(Column.SOURCE_IMAP_SERVER, Column.SOURCE_PORT, Column.SOURCE_SECURITY);

  static final String UNCLEAR =
      "it is not clear which value belongs to which mailbox, and nothing of it was used";
  static final String REMEDY = "Write each mailbox by itself: its address, then its password.";

  /** What each mailbox has for itself. */
  private static final Set<Column> OWN =
      EnumSet.of(
          Column.SOURCE_EMAIL,
          Column.SOURCE_PASSWORD,
          Column.SOURCE_USERNAME,
          Column.DESTINATION_EMAIL,
          Column.DESTINATION_PASSWORD);

  private static final Pattern OF_MAIL = Pattern.compile("(?i)imap|mail");
  private static final Set<String> PORTS = Set.of("143", "993");

  private final Map<Column, MailField> fields = new EnumMap<>(Column.class);
  private final boolean inTable;
  private boolean isApart;
  private boolean isOpened;
  private int number;
  private int line;
  private int refused;
  private int unused;
  private @Nullable RawRow unclear;

  /**
   * @param inTable whether it is a row of a table
   */
  MailEntry(boolean inTable) {
    this.inTable = inTable;
  }

  /** One that begins behind a gap. */
  static MailEntry after(MailGap gap) {
    MailEntry entry = new MailEntry(false);
    entry.isApart = gap.isApart();
    entry.isOpened = gap.isOpened();
    return entry;
  }

  /** One of which nothing can be used. */
  static MailEntry unclear(int line, String problem, String remedy) {
    MailEntry entry = new MailEntry(true);
    entry.line = line;
    entry.unclear = unusable(line, "", problem, remedy);
    return entry;
  }

  /** A row of which nothing is used. */
  static RawRow unusable(int line, String value, String problem, String remedy) {
    return new RawRow(
        line,
        Map.of(),
        List.of(new RowProblem(line, "", value, problem, remedy)),
        RawRow.Unsorted.NOTHING);
  }

  /** Whether a field begins the next mailbox, since this one has such a field already. */
  boolean endsBefore(MailField field) {
    if (number != 0 && field.label().number() != 0 && number != field.label().number()) {
      return true;
    }
    MailField before = fields.get(field.column());
    if (before == null || field.texts().isEmpty() || replaces(field)) {
      return false;
    }
    boolean isNamed = has(Column.SOURCE_EMAIL);
    if (field.column() == Column.SOURCE_IMAP_SERVER) {
      return isNamed && !before.text().equalsIgnoreCase(field.text()) && !isOfOutgoing(field);
    }
    return OWN.contains(field.column()) && (isNamed || !before.values().equals(field.values()));
  }

  /** The server that sends mail has no word of its own in some texts. */
  private static boolean isOfOutgoing(MailField server) {
    return server.text().regionMatches(true, 0, "smtp", 0, 4);
  }

  void add(MailField field) {
    if (isEmpty()) {
      line = field.line();
    }
    if (number == 0) {
      number = field.label().number();
    }
    if (field.isRefused() && !field.column().isPassword()) {
      unused = field.line();
    } else if (field.isRefused() && refused == 0) {
      refused = field.line();
    }
    if (replaces(field)) {
      fields.put(field.column(), field);
    } else if (!field.texts().isEmpty()) {
      fields.putIfAbsent(field.column(), field);
    }
    field
        .others()
        .forEach(
            (column, value) ->
                fields.putIfAbsent(
                    column,
                    new MailField(
                        field.line(),
                        new MailLabels.Label(column, false, false, false, 0),
                        List.of(value),
                        Map.of(),
                        false,
                        field.next())));
  }

  /**
   * Whether the next one is of the same mailbox, with an empty line or a text between: where they
   * have nothing twice, and no password or login name may be of something else, such as the web
   * site of a provider.
   */
  boolean takes(MailEntry next) {
    if (inTable || next.inTable || isEmpty() || (isNamed() && next.isNamed())) {
      return false;
    }
    if (next.fields.values().stream().anyMatch(this::isTwice) || !isOfSameNumber(next)) {
      return false;
    }
    if (next.isNamed()) {
      return !hasLogin() || (!next.isApart && !isOpened && !has(Column.SOURCE_USERNAME));
    }
    return !next.isApart || !next.hasLogin();
  }

  private boolean isOfSameNumber(MailEntry next) {
    return number == 0 || next.number == 0 || number == next.number;
  }

  private boolean isTwice(MailField field) {
    MailField before = fields.get(field.column());
    if (before == null) {
      return false;
    }
    return OWN.contains(field.column())
        || (field.column() == Column.SOURCE_IMAP_SERVER
            && !before.text().equalsIgnoreCase(field.text())
            && !isOfOutgoing(field));
  }

  private boolean hasLogin() {
    return has(Column.SOURCE_PASSWORD) || has(Column.SOURCE_USERNAME);
  }

  /** Adds what the next one says of the same mailbox. */
  void addAll(MailEntry next) {
    next.fields.values().forEach(this::add);
    if (refused == 0) {
      refused = next.refused;
    }
    unused = Math.max(unused, next.unused);
  }

  /** Whether its password stands before its address, so that another may follow. */
  boolean beginsWithPassword() {
    MailField address = fields.get(Column.SOURCE_EMAIL);
    MailField password = fields.get(Column.SOURCE_PASSWORD);
    return address != null && password != null && password.line() < address.line();
  }

  /** Whether a field has the address, and what stands here in its place is none. */
  private boolean replaces(MailField field) {
    return field.column() == Column.SOURCE_EMAIL
        && isNamed()
        && addresses().isEmpty()
        && !hasPassword()
        && field.texts().stream().anyMatch(text -> text.indexOf('@') >= 0);
  }

  /** Takes the login name for the address; "Server" may be that of a web site. */
  void nameByLogin() {
    MailField login = fields.get(Column.SOURCE_USERNAME);
    MailField server = fields.get(Column.SOURCE_IMAP_SERVER);
    if (login == null || server == null || !has(Column.SOURCE_PASSWORD)) {
      return;
    }
    boolean isOfMail =
        OF_MAIL.matcher(server.text()).find()
            || texts(Column.SOURCE_PORT).stream().anyMatch(PORTS::contains);
    if (isOfMail && RowCheck.isAddress(login.text())) {
      fields.remove(Column.SOURCE_USERNAME);
      fields.put(
          Column.SOURCE_EMAIL,
          new MailField(
              login.line(),
              new MailLabels.Label(Column.SOURCE_EMAIL, false, false, false, 0),
              login.values(),
              Map.of(),
              false,
              login.next()));
    }
  }

  boolean isEmpty() {
    return fields.isEmpty() && refused == 0 && unused == 0 && unclear == null;
  }

  int line() {
    return line;
  }

  boolean inTable() {
    return inTable;
  }

  /** Whether words stand in the place of its password, and no password. */
  boolean isRefused() {
    return refused > 0 && !has(Column.SOURCE_PASSWORD);
  }

  /** The line of these words, counted from 1. */
  int refusedLine() {
    return refused;
  }

  /** The line of what is of no mailbox, or is no login name; 0 where it has none. */
  int unusedLine() {
    boolean isOfNone =
        !isNamed()
            && !hasPassword()
            && (has(Column.SOURCE_USERNAME) || has(Column.DESTINATION_EMAIL));
    return isOfNone ? line : unused;
  }

  boolean has(Column column) {
    return fields.containsKey(column);
  }

  /** Whether it has an address, or something in the place of one. */
  boolean isNamed() {
    return has(Column.SOURCE_EMAIL);
  }

  boolean hasPassword() {
    return has(Column.SOURCE_PASSWORD) || has(Column.DESTINATION_PASSWORD);
  }

  /** Whether it has an address and nothing that says that it is a mailbox to be moved. */
  boolean isOnlyNamed() {
    return isNamed() && !hasPassword() && !isRefused() && !has(Column.SOURCE_IMAP_SERVER);
  }

  /** Whether it alone makes a mail a request; an address may stand below a letter. */
  boolean isRequest() {
    return unclear == null
        && isNamed()
        && (has(Column.SOURCE_PASSWORD) || has(Column.SOURCE_IMAP_SERVER) || isRefused());
  }

  /** The addresses of its mailboxes, each with an @. */
  List<String> addresses() {
    MailField addresses = fields.get(Column.SOURCE_EMAIL);
    return addresses == null
        ? List.of()
        : addresses.texts().stream().filter(text -> text.indexOf('@') >= 0).toList();
  }

  /** What it says of a column, without empty values. */
  List<String> texts(Column column) {
    MailField field = fields.get(column);
    return field == null ? List.of() : field.texts();
  }

  /** The password that it gives to all mailboxes above it; null where it gives none. */
  @Nullable MailField passwordForAll() {
    MailField password = fields.get(Column.SOURCE_PASSWORD);
    return password != null && password.label().forAll() ? password : null;
  }

  /** Its passwords, at both providers. */
  Set<String> passwords() {
    return Column.of(Column.Kind.PASSWORD)
        .flatMap(column -> texts(column).stream())
        .collect(Collectors.toSet());
  }

  /** Its mailboxes; one row that says what is not certain where something is not. */
  List<RawRow> rows() {
    RawRow known = unclear;
    if (known != null) {
      return List.of(known);
    }
    MailField addresses = fields.get(Column.SOURCE_EMAIL);
    List<String> values = addresses == null ? List.of() : addresses.values();
    List<Integer> places =
        IntStream.range(0, values.size()).filter(i -> !values.get(i).isEmpty()).boxed().toList();
    if (fields.values().stream().anyMatch(field -> isUnclear(field, places.size()))) {
      return List.of(unusable(line, "", UNCLEAR, REMEDY));
    }
    return (places.size() < 2 ? Stream.of(-1) : places.stream()).map(this::row).toList();
  }

  private boolean isUnclear(MailField field, int mailboxes) {
    boolean isSingle = field.texts().size() < 2;
    if (field.column() == Column.SOURCE_EMAIL || mailboxes < 2) {
      return mailboxes < 2 && !isSingle;
    }
    if (isAligned(field)) {
      return false;
    }
    if (MailValues.parts(field.text()) == mailboxes) {
      return true;
    }
    boolean isShared =
        !OWN.contains(field.column())
            || (field.column() == Column.SOURCE_PASSWORD
                && (field.label().forAll() || isLabelledAsSeveral()));
    return !isSingle || !isShared;
  }

  private boolean isLabelledAsSeveral() {
    MailField addresses = fields.get(Column.SOURCE_EMAIL);
    return addresses != null && addresses.label().ofSeveral();
  }

  /** Whether it has a value for each address, as a row of a table has. */
  private boolean isAligned(MailField field) {
    MailField addresses = fields.get(Column.SOURCE_EMAIL);
    return addresses != null
        && addresses.values().size() > 1
        && field.values().size() == addresses.values().size();
  }

  /**
   * @param place of its address; -1 where there is only one
   */
  private RawRow row(int place) {
    Map<Column, String> cells = new EnumMap<>(Column.class);
    fields.forEach(
        (column, field) -> {
          boolean isOne = place >= 0 && (column == Column.SOURCE_EMAIL || isAligned(field));
          String text = isOne ? field.values().get(place) : field.text();
          if (!text.isEmpty()) {
            cells.put(column, text);
          }
        });
    return new RawRow(line, cells, List.of(), RawRow.Unsorted.NOTHING);
  }
}
