package org.mailcaravan.intake;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.ToIntFunction;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.mailcaravan.model.HostNames;

/**
 * Finds rows in which a password may stand in the column of a server, an address, a port or a user
 * name: each cell has a possible form, but the content of a password column would fit at least as
 * well there. Such a row is rejected, because accepted cells are looked up, stored and shown. Where
 * both fit equally, the row is rejected too, unless that would reject passwords that people do
 * have.
 */
final class ConfusedColumns {
  private static final Pattern THREE_LABELS = Pattern.compile(".+\\..+\\..+");

  /** Characters; a shorter password is a part of many names. */
  private static final int SHORTEST_PART = 4;

  private static final int SURELY = 5;

  /** Takes what is wrong with a column. */
  @FunctionalInterface
  interface Problems {
    void add(Column column, String problem, String remedy);
  }

  private final RawRow row;
  private final List<String> passwords;

  ConfusedColumns(RawRow row) {
    this.row = row;
    this.passwords =
        row.passwords().map(Texts::trimmed).filter(password -> !password.isEmpty()).toList();
  }

  void tell(Problems problems) {
    if (isConfused(Column.SOURCE_IMAP_SERVER, this::likeServer, 1) || isServerElsewhere()) {
      add(problems, Column.SOURCE_IMAP_SERVER, "the name of a server");
    }
    if (isConfused(Column.SOURCE_PORT, ConfusedColumns::likePort, 1)) {
      add(problems, Column.SOURCE_PORT, "a port");
    }
    for (Column column : Column.of(Column.Kind.ADDRESS).toList()) {
      if (isConfused(column, text -> likeAddress(text, column), 0)) {
        add(problems, column, "an address");
      }
    }
    if (isPasswordAsUsername()) {
      problems.add(
          Column.SOURCE_USERNAME,
          "may be the password, or holds it",
          "Write the login name at the old provider, or leave it empty when it is the address; check"
              + " that the columns are not confused.");
    }
  }

  /**
   * Tells what may be the password of a row whose column for it is empty: what would be kept in
   * clear, and nothing else of the row says that it belongs where it stands.
   */
  void tellOfMissingPassword(Problems problems) {
    String server = row.text(Column.SOURCE_IMAP_SERVER);
    if (!server.isEmpty() && likeServer(server) < SURELY - 1) {
      addMissing(
          problems,
          Column.SOURCE_IMAP_SERVER,
          "if it comes later, write the server with its full name, such as imap.example.org");
    }
    for (Column column : Column.of(Column.Kind.ADDRESS).toList()) {
      String address = row.text(column);
      if (!address.isEmpty()
          && likeAddress(address, column) < (column == Column.SOURCE_EMAIL ? 1 : 2)) {
        addMissing(problems, column, "if it comes later, give the password together with this row");
      }
    }
    Column.of(Column.Kind.USERNAME)
        .filter(column -> !isOfAddress(column))
        .forEach(
            column ->
                addMissing(
                    problems,
                    column,
                    "a login name that is not of the address needs its password in the same row"));
    Arrays.stream(Column.values())
        .filter(column -> column.optionCheck().isPresent())
        .filter(column -> ClearCells.isNothingButAPassword(row.text(column)))
        .forEach(
            column ->
                addMissing(
                    problems, column, "if it comes later, choose a name without digits or signs"));
  }

  private static void addMissing(Problems problems, Column column, String remedy) {
    problems.add(
        column,
        "may be the password, since source_password is empty",
        "Write the password into source_password; " + remedy + ".");
  }

  /** Whether a login name is an address of the row, or what stands before its @. */
  private boolean isOfAddress(Column login) {
    String name = row.text(login);
    return name.isEmpty()
        || Column.of(Column.Kind.ADDRESS)
            .map(row::text)
            .anyMatch(
                address ->
                    name.equalsIgnoreCase(address)
                        || name.equalsIgnoreCase(RowCheck.local(address)))
        || likeAddress(name, login) >= 3;
  }

  private static void add(Problems problems, Column column, String what) {
    problems.add(
        column,
        "may be the password, since " + what + " stands in a column where it does not belong",
        "Put each into its own column.");
  }

  /**
   * Whether a password would fit a column at least as well as the cell that stands there.
   *
   * @param harmless the likeness of a password up to which the row is accepted in any case
   */
  private boolean isConfused(Column column, ToIntFunction<String> likeness, int harmless) {
    String text = row.text(column);
    if (text.isEmpty()) {
      return false;
    }
    int right = likeness.applyAsInt(text);
    return passwords.stream()
        .anyMatch(
            password -> {
              int wrong = likeness.applyAsInt(password);
              return password.equalsIgnoreCase(text) || (wrong > harmless && wrong >= right);
            });
  }

  private int likeServer(String text) {
    if (!RowCheck.isHost(text)) {
      return 0;
    }
    String name = HostNames.normal(text);
    if (isSurelyServer(name) || name.equals("localhost") || isOfAddress(name)) {
      return SURELY;
    }
    if (!RowCheck.isOfInternet(name)) {
      return 1;
    }
    return (THREE_LABELS.matcher(name).matches() ? 4 : 3)
        - (ClearCells.hasLettersAndDigits(text) ? 1 : 0);
  }

  private static boolean isSurelyServer(String text) {
    return RowCheck.isAddressOfInternet(text) || RowCheck.isNamedAsMailServer(text);
  }

  private boolean isOfAddress(String server) {
    return Stream.of(Column.SOURCE_EMAIL, Column.SOURCE_USERNAME, Column.DESTINATION_EMAIL)
        .map(row::text)
        .map(RowCheck::domain)
        .flatMap(Optional::stream)
        .anyMatch(domain -> isBelow(server, domain));
  }

  /** Whether a free-text column holds a server, and the column of the server does not. */
  private boolean isServerElsewhere() {
    String server = row.text(Column.SOURCE_IMAP_SERVER);
    if (server.isEmpty() || likeServer(server) == SURELY) {
      return false;
    }
    String username = row.text(Column.SOURCE_USERNAME);
    boolean isUser =
        server.equalsIgnoreCase(RowCheck.local(row.text(Column.SOURCE_EMAIL)))
            && !username.isEmpty()
            && !RowCheck.local(username).equalsIgnoreCase(server);
    return isUser
        || Arrays.stream(Column.values())
            .filter(Column::takesAnyWords)
            .map(row::text)
            .anyMatch(ConfusedColumns::isSurelyServer);
  }

  private static int likePort(String text) {
    if (!ServerWords.isPort(text)) {
      return 0;
    }
    if (text.equals("993") || text.equals("143")) {
      return 3;
    }
    return RowCheck.isUsualPort(text) ? 2 : 1;
  }

  private int likeAddress(String text, Column own) {
    Optional<String> domain = RowCheck.domain(text);
    if (domain.isEmpty()) {
      return 0;
    }
    boolean dotted = RowCheck.isOfInternet(domain.get());
    boolean witnessed = isOfServer(domain.get()) || (dotted && isKinOfAnother(text, own));
    if (!witnessed && !dotted) {
      return 0;
    }
    return (witnessed ? 3 : 2) - (ClearCells.hasLettersAndDigits(text) ? 1 : 0);
  }

  private boolean isKinOfAnother(String address, Column own) {
    return Stream.of(Column.SOURCE_EMAIL, Column.DESTINATION_EMAIL, Column.SOURCE_USERNAME)
        .filter(column -> column != own)
        .map(row::text)
        .filter(RowCheck::isAddress)
        .anyMatch(
            other ->
                RowCheck.domain(other).equals(RowCheck.domain(address))
                    || RowCheck.local(other).equals(RowCheck.local(address)));
  }

  private boolean isPasswordAsUsername() {
    String username = row.text(Column.SOURCE_USERNAME).toLowerCase(Locale.ROOT);
    String address = row.text(Column.SOURCE_EMAIL).toLowerCase(Locale.ROOT);
    return !username.isEmpty()
        && !username.equals(address)
        && passwords.stream()
            .map(password -> password.toLowerCase(Locale.ROOT))
            .anyMatch(
                password ->
                    password.equals(username)
                        || (password.length() >= SHORTEST_PART && username.contains(password))
                        || (password.equals(RowCheck.local(address))
                            && !username.equals(RowCheck.local(address)))
                        || (password.equals(RowCheck.local(username))
                            && RowCheck.isAddress(username)));
  }

  private boolean isOfServer(String domain) {
    String server = row.text(Column.SOURCE_IMAP_SERVER);
    return RowCheck.isHost(server) && isBelow(HostNames.normal(server), domain);
  }

  private static boolean isBelow(String server, String domain) {
    return server.equals(domain) || server.endsWith("." + domain);
  }
}
