package org.mailcaravan.intake;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.mailcaravan.model.RowProblem;
import org.mailcaravan.model.VisibleText;

/**
 * Finds mailboxes in the text of a mail: fields ({@link MailFields}), or a table ({@link
 * MailTable}). What was said already of a mailbox, its address or its password, begins the next one
 * ({@link MailEntry}). What is said once of the server holds for all of its domain. Nothing is left
 * out without a word: what may be a mailbox is a row, perhaps with a problem, or a note. For one
 * text.
 */
final class MailBody {
  /** Addresses that a note names. */
  private static final int MOST_NAMED = 5;

  /** Above a signature (RFC 3676 section 4.3); without the blank, people part mailboxes with it. */
  private static final String SIGNATURE = "-- ";

  private final MailLabels labels;
  private final MailLines numbered;
  private final List<String> lines;
  private final String sender;
  private final MailFields fields;
  private final MailEntries entries = new MailEntries();
  private final Set<String> besides = new LinkedHashSet<>();
  private final Set<String> passwords = new HashSet<>();
  private final Lines unread = new Lines();
  private final Set<String> columns = new LinkedHashSet<>();
  private final Set<String> inSignature = new LinkedHashSet<>();
  private final NavigableSet<Integer> mailboxes = new TreeSet<>();
  private final NavigableSet<Integer> signatures = new TreeSet<>();
  private final MailGap gap = new MailGap();
  private MailEntry current = new MailEntry(false);
  private boolean isOfOutgoing;
  private boolean hasOutgoingLogin;
  private boolean isOfGoal;
  private int newSide;
  private int at;

  private MailBody(MailLabels labels, String text, String sender) {
    this.labels = labels;
    this.numbered = new MailLines(text, labels);
    this.lines = numbered.all();
    this.sender = sender;
    this.fields = new MailFields(lines, labels);
  }

  /**
   * What a text says.
   *
   * @param rows none where it is no request
   * @param notes what was not read as a mailbox or a password, as sentences for its sender
   * @param isMeant whether it is a request, or something in it shows that it is meant as one
   */
  record Found(List<RawRow> rows, List<String> notes, boolean isMeant) {
    static final Found NOTHING = new Found(List.of(), List.of(), false);
    private static final Found MISREAD = new Found(List.of(), List.of(), true);

    Found {
      rows = List.copyOf(rows);
      notes = List.copyOf(notes);
    }

    private Found with(MailWideFields fields) {
      return new Found(rows.stream().map(fields::into).toList(), notes, isMeant);
    }
  }

  /**
   * Reads a text.
   *
   * @param sender the address that it comes from, which may stand in it as such
   */
  static Found read(String text, MailLabels labels, String sender) {
    MailBody body = new MailBody(labels, text, sender);
    while (body.at < body.lines.size()) {
      if (!body.readTable() && !body.readField()) {
        body.passLine();
      }
    }
    body.end();
    body.entries.nameByLogins();
    Found found =
        body.entries.areRequest()
            ? body.found().with(new MailWideFields(body.lines, labels))
            : Found.NOTHING;
    return found.rows().isEmpty() && body.isMeant() ? Found.MISREAD : found;
  }

  /** Whether there is a label, not just that of an address as signatures have it. */
  private boolean isMeant() {
    List<MailEntry> all = settled();
    return !unread.isEmpty()
        || hasAddressAndWord()
        || isLetter()
        || all.stream()
            .anyMatch(
                entry ->
                    !isOfSignature(entry)
                        && (!entry.isOnlyNamed()
                            || (!entry.addresses().isEmpty() && !isInSignature(entry, true))));
  }

  /** Whether an address and a word stand together on a line above all signatures. */
  private boolean hasAddressAndWord() {
    return aboveSignatures().stream().anyMatch(MailValues::isAddressAndWord);
  }

  /** Whether it asks in sentences for a mailbox to be moved, with an address and a password. */
  private boolean isLetter() {
    List<String> letter = aboveSignatures();
    return letter.stream().anyMatch(labels::saysPassword)
        && letter.stream().anyMatch(labels::saysMove)
        && letter.stream().anyMatch(line -> MailValues.ADDRESS.matcher(line).find());
  }

  private List<String> aboveSignatures() {
    return lines.subList(0, signatures.isEmpty() ? lines.size() : signatures.first() - 1);
  }

  private boolean readField() {
    if (fields.isOutgoing(at)) {
      isOfOutgoing = true;
      hasOutgoingLogin = false;
      return false;
    }
    Optional<MailField> found = fields.at(at);
    if (found.isEmpty()) {
      return false;
    }
    MailField field = found.get();
    at = field.next();
    boolean isHeading = field.values().isEmpty() && field.column() == Column.SOURCE_EMAIL;
    isOfGoal = fields.isHeadingOfGoal(field) || (isOfGoal && !isHeading);
    if (!isOfGoal && field.values().isEmpty() && field.column() == Column.DESTINATION_EMAIL) {
      newSide = field.line();
    }
    if (isOfGoal) {
      MailField goal = field.ofGoal().orElse(null);
      if (goal == null) {
        return true;
      }
      field = goal;
    }
    if (isOfOutgoing(field)) {
      return true;
    }
    if (gap.isOne() || current.endsBefore(field)) {
      end();
    }
    if (current.isEmpty()) {
      current = MailEntry.after(gap);
    }
    current.add(field);
    gap.addField();
    return true;
  }

  /**
   * Whether a field says something of the server that sends mail: below its name, up to an address,
   * a server that receives, or an empty line. One password below both servers is that of both.
   */
  private boolean isOfOutgoing(MailField field) {
    if (!isOfOutgoing || gap.isEmpty()) {
      isOfOutgoing = false;
      return false;
    }
    String login = field.column() == Column.SOURCE_USERNAME ? field.text() : "";
    switch (field.column()) {
      case SOURCE_PORT, SOURCE_SECURITY -> {
        return true;
      }
      case SOURCE_USERNAME -> {
        hasOutgoingLogin |= !current.addresses().contains(login);
        return true;
      }
      case SOURCE_PASSWORD -> {
        boolean isKnown = current.has(Column.SOURCE_PASSWORD);
        if (!isKnown && hasOutgoingLogin) {
          unread.add(numbered.number(field.line()));
        }
        return isKnown || hasOutgoingLogin;
      }
      default -> {
        isOfOutgoing = false;
        return false;
      }
    }
  }

  private void end() {
    entries.add(current);
    current = new MailEntry(false);
  }

  private boolean readTable() {
    MailTable table = MailTable.at(at, lines, labels);
    if (table == null) {
      return false;
    }
    end();
    if (table.isAmbiguous()) {
      current =
          MailEntry.unclear(
              at + 1, "two columns of this table have the same meaning", MailEntry.REMEDY);
    }
    columns.addAll(table.unread(lines.get(at), labels));
    boolean isUsed = !table.isAmbiguous();
    end();
    at++;
    while (at < lines.size()) {
      String line = lines.get(at);
      boolean isRow = table.isRow(line);
      if (MailValues.isRule(line) && !labels.isClosing(line)) {
        at++;
        continue;
      }
      if (MailTable.at(at, lines, labels) != null || !(isRow || table.mayBeRow(line))) {
        break;
      }
      if (isUsed) {
        current =
            isRow
                ? table.entry(at, line, fields)
                : MailEntry.unclear(
                    at + 1,
                    "the row does not have as many values as the table has columns",
                    MailEntry.REMEDY);
        end();
      }
      at++;
    }
    gap.addEmpty();
    return true;
  }

  /** Keeps the addresses of a line that is no field. */
  private void passLine() {
    String line = lines.get(at);
    if (MailValues.isRule(line) && !labels.isClosing(line)) {
      gap.addEmpty();
      isOfGoal = false;
    } else if (!fields.isHeading(at)) {
      gap.addLine(fields.isBreak(at));
      if (fields.mayHavePassword(at)) {
        unread.add(numbered.number(at + 1));
      }
    }
    at++;
    if (newSide == 0 && isNewSide(line)) {
      newSide = at;
    }
    if (line.length() <= CsvRows.LONGEST_LINE && besides.size() < RequestText.MOST_ROWS) {
      MailValues.addresses(line).stream()
          .map(address -> address.replaceFirst("[.'!?]+$", ""))
          .filter(RowCheck::isAddress)
          .forEach(besides::add);
    }
  }

  /** Whether what stands below a line, or a cell of it, is of the new mailbox. */
  private boolean isNewSide(String line) {
    boolean isBetween = !(current.isEmpty() && entries.isEmpty());
    return (isBetween && labels.mayBeNewSide(line))
        || (line.length() <= CsvRows.LONGEST_LINE
            && MailValues.cells(line, "\t").stream().anyMatch(labels::isNewSide));
  }

  private Found found() {
    if (newSide > 0 && entries.haveSeveralAddresses()) {
      return new Found(
          List.of(
              MailEntry.unusable(
                  numbered.number(newSide),
                  "",
                  "the old mailbox and the new one stand below each other, and nothing of them was used",
                  "Write the new address behind \"New e-mail address:\", and its password behind \"New password:\".")),
          List.of(),
          true);
    }
    Set<String> domains = entries.domains();
    MailEntries.Server server = entries.server();
    List<MailEntry> all = settled();
    Set<String> requested = new HashSet<>();
    all.stream()
        .filter(entry -> entry.isRequest() && !isOfSignature(entry))
        .flatMap(entry -> entry.addresses().stream())
        .map(address -> address.toLowerCase(Locale.ROOT))
        .forEach(requested::add);
    all.stream().filter(MailEntry::isNamed).forEach(entry -> passwords.addAll(entry.passwords()));
    List<RawRow> rows = new ArrayList<>();
    for (MailEntry entry : all) {
      if (!entry.isNamed()) {
        rows.addAll(withoutAddress(entry));
      } else if (!entry.isOnlyNamed() && !isOfSignature(entry)) {
        entry.rows().forEach(row -> rows.add(server.into(row)));
      } else {
        for (RawRow row : entry.rows()) {
          onlyNamed(entry, row, requested, domains).ifPresent(each -> rows.add(server.into(each)));
        }
      }
    }
    return new Found(
        rows.stream().map(this::inMail).toList(), notes(all, rows, domains), !rows.isEmpty());
  }

  /** A row with the number of its line in the mail. */
  private RawRow inMail(RawRow row) {
    int line = numbered.number(row.line());
    return new RawRow(
        line,
        row.cells(),
        row.problems().stream()
            .map(
                problem ->
                    new RowProblem(
                        line,
                        problem.column(),
                        problem.value(),
                        problem.problem(),
                        problem.remedy()))
            .toList(),
        row.unsorted());
  }

  private List<RawRow> withoutAddress(MailEntry entry) {
    if (entry.rows().get(0).isUnreadable()) {
      return entry.rows();
    }
    return passwords.addAll(entry.passwords())
        ? List.of(
            MailEntry.unusable(
                entry.line(),
                "",
                "a password stands here without the address of its mailbox",
                "Write the address in the line before it, or leave it out if it belongs to no mailbox."))
        : List.of();
  }

  /** The row of an address alone: itself, a problem where it may be none, or empty. */
  private Optional<RawRow> onlyNamed(
      MailEntry entry, RawRow row, Set<String> requested, Set<String> domains) {
    String address = row.text(Column.SOURCE_EMAIL);
    if (address.indexOf('@') < 0 || requested.contains(address.toLowerCase(Locale.ROOT))) {
      return Optional.empty();
    }
    boolean isLikeThem = RowCheck.domain(address).filter(domains::contains).isPresent();
    if (entry.inTable()) {
      return Optional.of(row);
    }
    if (isOfSignature(entry)
        || isInSignature(entry, !isLikeThem || address.equalsIgnoreCase(sender))) {
      inSignature.add(address);
      return Optional.empty();
    }
    return Optional.of(
        isLikeThem
            ? row
            : MailEntry.unusable(
                row.line(),
                VisibleText.of(address),
                "has no password, and is of another domain than the other mailboxes of the mail",
                "If it is a mailbox that we are to move, send it with its password or its server."));
  }

  /** Whether an address and a server stand below the line that begins signatures, or a greeting. */
  private boolean isOfSignature(MailEntry entry) {
    Integer last = signatures.lower(entry.line());
    return last != null && !entry.hasPassword() && !entry.isRefused() && last > lineBefore(entry);
  }

  /** The line of the mailbox above; 0 for none. */
  private int lineBefore(MailEntry entry) {
    Integer before = mailboxes.lower(entry.line());
    return before == null ? 0 : before;
  }

  /** The mailboxes, and where they and signatures begin. */
  private List<MailEntry> settled() {
    List<MailEntry> all = entries.settled();
    all.stream().filter(entry -> !entry.isOnlyNamed()).map(MailEntry::line).forEach(mailboxes::add);
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i);
      if (line.equals(SIGNATURE)
          || (labels.isClosing(line) && !line.strip().equals(SIGNATURE.strip()))) {
        signatures.add(i + 1);
      }
    }
    return all;
  }

  /**
   * Whether an address stands where signatures have one: below the end of a letter, or beside a
   * telephone number.
   *
   * @param mayFollowName whether a name above it is enough
   */
  private boolean isInSignature(MailEntry entry, boolean mayFollowName) {
    int line = entry.line() - 1;
    int before = lineBefore(entry);
    String above = line < 1 ? "" : Texts.trimmed(lines.get(line - 1));
    String below = line + 1 < lines.size() ? Texts.trimmed(lines.get(line + 1)) : "";
    boolean isBelowName =
        (mayFollowName || MailValues.isName(above))
            && !above.isEmpty()
            && !above.endsWith(":")
            && fields.at(line - 1).isEmpty();
    return isBelowName
        || labels.isContact(above)
        || labels.isContact(below)
        || lines.subList(before, line).stream().anyMatch(labels::isClosing);
  }

  private List<String> notes(List<MailEntry> all, List<RawRow> rows, Set<String> domains) {
    List<String> notes = new ArrayList<>();
    Lines refused = new Lines();
    all.stream()
        .filter(MailEntry::isRefused)
        .map(entry -> numbered.number(entry.refusedLine()))
        .forEach(refused::add);
    if (!refused.isEmpty()) {
      notes.add(
          "What stands for a password at "
              + refused.words("line")
              + " of your mail may be something else, and was not tried. If it is the password, write it alone behind \"Password:\", without quotation marks and"
              + " with nothing behind it, or send it in a list (.csv).");
    }
    if (!unread.isEmpty()) {
      notes.add(
          "There may be a password at "
              + unread.words("line")
              + " of your mail, and it was not read. If it is one, write \"Password:\" before it, below the address of its mailbox.");
    }
    Lines unused = new Lines();
    all.stream()
        .map(MailEntry::unusedLine)
        .filter(line -> line > 0)
        .map(numbered::number)
        .forEach(unused::add);
    if (!unused.isEmpty()) {
      notes.add(
          "What stands at "
              + unused.words("line")
              + " of your mail was not used: it is no login name, or it is not clear to which mailbox it belongs.");
    }
    if (!columns.isEmpty()) {
      notes.add(
          "These columns of your table were not read: "
              + columns.stream().limit(MOST_NAMED).collect(Collectors.joining(", "))
              + (columns.size() > MOST_NAMED ? ", ..." : "")
              + ". If the passwords stand in one of them, name it \"Password\" and send the table again.");
    }
    Set<String> read =
        rows.stream()
            .flatMap(row -> row.cells().values().stream())
            .map(text -> text.toLowerCase(Locale.ROOT))
            .collect(Collectors.toSet());
    List<String> others =
        Stream.concat(
                inSignature.stream(),
                besides.stream().filter(address -> !address.equalsIgnoreCase(sender)))
            .distinct()
            .filter(address -> !read.contains(address.toLowerCase(Locale.ROOT)))
            .filter(address -> RowCheck.domain(address).filter(domains::contains).isPresent())
            .map(VisibleText::of)
            .toList();
    if (!others.isEmpty()) {
      notes.add(
          "Your mail names %s, too, and we did not read that as a mailbox to be moved. If it is one, send it with its password."
              .formatted(
                  String.join(", ", others.subList(0, Math.min(MOST_NAMED, others.size())))
                      + (others.size() > MOST_NAMED ? ", ..." : "")));
    }
    return notes;
  }
}
