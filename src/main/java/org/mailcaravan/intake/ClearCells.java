package org.mailcaravan.intake;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.mailcaravan.model.HostNames;
import org.mailcaravan.model.Secret;
import org.mailcaravan.model.Window;

/**
 * Decides which cells of the rejected rows of one request may be shown: only those that cannot be a
 * password, in whatever column the customer put it. The form of a cell proves nothing, since
 * passwords can look like hosts, numbers and addresses. So a cell is shown only when another cell
 * of its row, or an accepted row, confirms it.
 */
final class ClearCells {
  private static final Pattern WITH_MORE =
      Pattern.compile("(?:imaps?://)?([^:/\\s]+)(?::\\d{1,5})?/?", Pattern.CASE_INSENSITIVE);
  private static final Pattern LETTERS_AND_DIGITS =
      Pattern.compile("(?=.*[a-z])(?=.*[A-Z])(?=.*[0-9]).{8,}", Pattern.DOTALL);
  private static final Pattern DIGIT_AND_SIGN =
      Pattern.compile("(?=.*[0-9])(?=.*[!#$%&*+/=?^{|}~<>]).{8,}", Pattern.DOTALL);

  private final Set<String> hosts = new HashSet<>();
  private final Set<String> domains = new HashSet<>();
  private final Set<String> accepted = new HashSet<>();

  /**
   * @param rows all rows of the request
   * @param rejected tells the lines of rejected rows
   */
  ClearCells(List<RawRow> rows, IntPredicate rejected) {
    Map<String, String> seen = new HashMap<>();
    for (RawRow row : rows) {
      String address = row.text(Column.SOURCE_EMAIL);
      if (!rejected.test(row.line())) {
        host(row).ifPresent(hosts::add);
        accepted.add(address.toLowerCase(Locale.ROOT));
        RowCheck.domain(address).ifPresent(domains::add);
        RowCheck.domain(row.text(Column.DESTINATION_EMAIL)).ifPresent(domains::add);
      } else if (isInItsPlaces(row)) {
        // Addresses of one domain in several rows are no accident; passwords with one ending
        // ("anna@firm1") may be.
        RowCheck.domain(address)
            .filter(RowCheck::isOfInternet)
            .filter(
                domain ->
                    !RowCheck.local(address)
                        .equals(seen.computeIfAbsent(domain, any -> RowCheck.local(address))))
            .ifPresent(domains::add);
      }
    }
  }

  /** What may be shown of a column; {@link Secret#MASK} in place of what may be a password. */
  String of(RawRow row, Column column) {
    String value = column.isPassword() ? row.password(column) : row.text(column);
    return value.isEmpty() || isClear(row, column, value) ? value : Secret.MASK;
  }

  private boolean isClear(RawRow row, Column column, String value) {
    return switch (column.kind()) {
      case ADDRESS -> isClearAddress(row, column, value);
      case USERNAME ->
          value.equalsIgnoreCase(row.text(Column.SOURCE_EMAIL))
              && isClearAddress(row, Column.SOURCE_EMAIL, value);
      case SERVER -> isClearServer(row, value);
      case PORT -> isClearPort(row, value);
      case SECURITY -> isSecurity(value);
      case FILES -> value.equalsIgnoreCase(GroupwareColumn.AT_PROVIDER);
      // A zone that is not known beside days and hours is no password in the wrong place.
      case OPTION -> column == Column.WINDOW && Window.lacksZone(value);
      case PASSWORD, URL, LOGIN -> false;
    };
  }

  private boolean isClearAddress(RawRow row, Column column, String value) {
    return RowCheck.isAddress(value)
        && isInItsPlaces(row)
        && !isPartOfAPassword(row, value)
        && (!LETTERS_AND_DIGITS.matcher(value).matches()
            || accepted.contains(value.toLowerCase(Locale.ROOT)))
        && row.cells().keySet().stream()
            .filter(other -> other != column && !other.isPassword())
            .map(row::text)
            .filter(other -> other.indexOf('@') >= 0)
            .allMatch(
                other ->
                    areKin(value, other)
                        || RowCheck.domain(other).filter(domains::contains).isPresent())
        && (RowCheck.domain(value).filter(domains::contains).isPresent()
            || isOfServer(value, row)
            || (RowCheck.domain(value).filter(RowCheck::isOfInternet).isPresent()
                && isNothingButAPassword(
                    row.password(
                        column == Column.SOURCE_EMAIL
                            ? Column.SOURCE_PASSWORD
                            : Column.DESTINATION_PASSWORD))));
  }

  private boolean isClearServer(RawRow row, String value) {
    return host(row).isPresent()
        && isInItsPlaces(row)
        && !isPartOfAPassword(row, value)
        && !LETTERS_AND_DIGITS.matcher(value).matches()
        && row.cells().keySet().stream()
            .filter(other -> other != Column.SOURCE_IMAP_SERVER)
            .map(row::text)
            .noneMatch(
                other -> RowCheck.isAddressOfInternet(other) || RowCheck.isNamedAsMailServer(other))
        && (host(row).filter(hosts::contains).isPresent()
            || isOfServer(row.text(Column.SOURCE_EMAIL), row)
            || host(row).filter(RowCheck::isAddressOfInternet).isPresent()
            || host(row).filter(ClearCells::isNamedAsMailServer).isPresent());
  }

  private static boolean isNamedAsMailServer(String host) {
    return host.indexOf('.') != host.lastIndexOf('.') && RowCheck.isNamedAsMailServer(host);
  }

  private boolean isClearPort(RawRow row, String value) {
    String server = row.text(Column.SOURCE_IMAP_SERVER);
    return value.equals("993")
        || value.equals("143")
        || (ServerWords.isPort(value)
            && !server.isEmpty()
            && isClearServer(row, server)
            && !isPartOfAPassword(row, value)
            && (RowCheck.isUsualPort(value) || isWitnessed(row)));
  }

  /** Whether the cells beside the port show that it is a port, and not a password of digits. */
  private static boolean isWitnessed(RawRow row) {
    String security = row.text(Column.SOURCE_SECURITY);
    return !row.unsorted().shifted()
        && !row.password(Column.SOURCE_PASSWORD).isEmpty()
        && (isSecurity(security)
            || (security.isEmpty() && !row.password(Column.DESTINATION_PASSWORD).isEmpty()));
  }

  /** Whether the password cells hold nothing that belongs into another column. */
  private static boolean isInItsPlaces(RawRow row) {
    return row.passwords()
        .map(Texts::trimmed)
        .noneMatch(
            password ->
                RowCheck.isAddress(password)
                    || (RowCheck.isHost(password)
                        && (password.matches(".*[.:].*") || password.equals("localhost")))
                    || ServerWords.isPort(password)
                    || isSecurity(password)
                    || password.equalsIgnoreCase(GroupwareColumn.AT_PROVIDER)
                    || password.contains("://"));
  }

  private static boolean isPartOfAPassword(RawRow row, String value) {
    String lower = value.toLowerCase(Locale.ROOT);
    return row.passwords()
        .map(password -> password.toLowerCase(Locale.ROOT))
        .anyMatch(
            password ->
                password.contains(lower) || (password.length() > 2 && lower.contains(password)));
  }

  /** Whether it has capitals, small letters and digits, as passwords do. */
  static boolean hasLettersAndDigits(String text) {
    return LETTERS_AND_DIGITS.matcher(text).matches();
  }

  /** Whether it can be nothing but a password. */
  static boolean isNothingButAPassword(String text) {
    return LETTERS_AND_DIGITS.matcher(text).matches() || DIGIT_AND_SIGN.matcher(text).matches();
  }

  /**
   * Whether a name may be a password: it contains a password of its row, or it looks like a
   * password and the password of its row does not.
   */
  static boolean mayBeAPassword(RawRow row, String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    boolean holdsOne =
        row.passwords()
            .map(password -> password.toLowerCase(Locale.ROOT))
            .anyMatch(
                password ->
                    lower.equals(password) || (password.length() > 3 && lower.contains(password)));
    return !name.isEmpty()
        && (holdsOne
            || (isNothingButAPassword(name)
                && !row.passwords().allMatch(ClearCells::isNothingButAPassword)));
  }

  private static boolean isSecurity(String text) {
    return ServerWords.isWord(text);
  }

  /** Whether an address and the server confirm each other: anna@example.org, imap.example.org. */
  private static boolean isOfServer(String address, RawRow row) {
    Optional<String> domain = RowCheck.domain(address);
    return host(row)
        .filter(server -> domain.isPresent() && domain.get().indexOf('.') > 0)
        .filter(server -> server.equals(domain.get()) || server.endsWith("." + domain.get()))
        .isPresent();
  }

  private static boolean areKin(String address, String other) {
    return RowCheck.isAddress(other)
        && (RowCheck.local(address).equals(RowCheck.local(other))
            || RowCheck.domain(address).equals(RowCheck.domain(other)));
  }

  /** The server of a row, also where a port or a scheme was written to it. */
  private static Optional<String> host(RawRow row) {
    String text = row.text(Column.SOURCE_IMAP_SERVER);
    Matcher more = WITH_MORE.matcher(text);
    String server = !RowCheck.isHost(text) && more.matches() ? more.group(1) : text;
    return RowCheck.isHost(server) ? Optional.of(HostNames.normal(server)) : Optional.empty();
  }
}
