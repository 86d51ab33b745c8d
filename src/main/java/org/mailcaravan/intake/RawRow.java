package org.mailcaravan.intake;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.mailcaravan.model.HostNames;
import org.mailcaravan.model.RowProblem;
import org.mailcaravan.model.Secret;
import org.mailcaravan.model.Security;

/**
 * A row as it stands in the file, passwords in clear: it never leaves this package.
 *
 * @param line where it begins, as in {@link RowProblem#line}
 * @param cells what stands in it, untrimmed; empty when it cannot be told what belongs where
 * @param problems what already reading it has shown to be wrong
 */
record RawRow(int line, Map<Column, String> cells, List<RowProblem> problems) {
  private static final int LONGEST_SHOWN = 200;

  RawRow {
    Map<Column, String> copy = new EnumMap<>(Column.class);
    copy.putAll(cells);
    cells = copy;
    problems = new ArrayList<>(problems);
  }

  /** A row of which it cannot be told what belongs where, so that nothing of it may be shown. */
  static RawRow unreadable(int line, String problem, String remedy) {
    return new RawRow(line, Map.of(), List.of(new RowProblem(line, "", "", problem, remedy)));
  }

  /** What stands in a column without white space around it; empty when there is nothing. */
  String text(Column column) {
    return Texts.trimmed(cells.getOrDefault(column, ""));
  }

  /** What stands in a column of passwords, as it is; empty when there is nothing. */
  String password(Column column) {
    return cells.getOrDefault(column, "");
  }

  /**
   * What may be shown of a column. Rows can have their columns confused, so a value is masked also
   * where it looks as if it were not what the column is for.
   */
  String shown(Column column) {
    String value = text(column);
    if (column.isPassword()) {
      return password(column).isEmpty() ? "" : Secret.MASK;
    }
    if (value.isEmpty()) {
      return "";
    }
    if (Texts.hasControls(value)
        || (column.isAddress() && value.indexOf('@') < 0)
        || (column == Column.SOURCE_DAV_URL && value.indexOf('@') >= 0)
        || (column == Column.SOURCE_IMAP_SERVER && isNothingLikeAHost(value))
        || isAlsoAPassword(value)) {
      return Secret.MASK;
    }
    return value.length() <= LONGEST_SHOWN ? value : value.substring(0, LONGEST_SHOWN) + "...";
  }

  /**
   * What may be shown of a column of a row that was turned away: only what cannot be a password,
   * wherever the customer put it. That are words of ours, and an address and a server that vouch
   * for each other, as anna@example.org and imap.example.org do, in a row whose passwords look like
   * nothing of the kind.
   */
  String proved(Column column) {
    String value = column.isPassword() ? password(column) : text(column);
    return value.isEmpty() || isProved(column, value) ? value : Secret.MASK;
  }

  private boolean isProved(Column column, String value) {
    return switch (column) {
      case SOURCE_PORT -> value.equals("993") || value.equals("143");
      case SOURCE_SECURITY ->
          Arrays.stream(Security.values())
              .anyMatch(security -> security.word().equalsIgnoreCase(value));
      case SOURCE_EMAIL, DESTINATION_EMAIL, SOURCE_IMAP_SERVER ->
          vouchForEachOther(
                  column == Column.DESTINATION_EMAIL ? value : text(Column.SOURCE_EMAIL),
                  text(Column.SOURCE_IMAP_SERVER))
              && !isInAPassword(value);
      default -> false;
    };
  }

  private boolean vouchForEachOther(String address, String host) {
    if (!RowCheck.isAddress(address) || !RowCheck.isHost(host)) {
      return false;
    }
    String domain = HostNames.normal(address.substring(address.indexOf('@') + 1));
    String server = HostNames.normal(host);
    return domain.indexOf('.') > 0 && (server.equals(domain) || server.endsWith("." + domain));
  }

  private boolean isInAPassword(String value) {
    return Stream.of(Column.SOURCE_PASSWORD, Column.DESTINATION_PASSWORD)
        .map(this::password)
        .anyMatch(
            password ->
                RowCheck.isAddress(Texts.trimmed(password))
                    || (!password.isEmpty() && value.contains(password)));
  }

  private static boolean isNothingLikeAHost(String value) {
    if (value.indexOf('.') >= 0 || value.indexOf(':') >= 0) {
      return false;
    }
    try {
      HostNames.normal(value);
      return false;
    } catch (IllegalArgumentException e) {
      return true;
    }
  }

  private boolean isAlsoAPassword(String value) {
    return value.equals(password(Column.SOURCE_PASSWORD))
        || value.equals(password(Column.DESTINATION_PASSWORD));
  }

  @Override
  public String toString() {
    return "row on line " + line;
  }
}
