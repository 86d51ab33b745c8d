package org.mailcaravan.intake;

import java.util.Map;

/**
 * Puts login names of other products' lists where they belong: a login name at the old provider
 * need not be an address, and a name at the new server may lack its domain.
 */
final class LoginNames {
  private LoginNames() {}

  /**
   * Changes the values of a row whose {@code source_email} is a login name. A name that is no
   * address stays where it is in a row without a server: to look for the server of the new address
   * could send the old password to the new provider.
   *
   * @param product whose columns they are
   */
  static void settle(Map<Column, String> row, String product) {
    String login = text(row, Column.SOURCE_EMAIL);
    String target = text(row, Column.DESTINATION_EMAIL);
    if (!login.isEmpty()
        && login.indexOf('@') < 0
        && RowCheck.isAddress(target)
        && !text(row, Column.SOURCE_IMAP_SERVER).isEmpty()
        && text(row, Column.SOURCE_USERNAME).isEmpty()) {
      row.put(Column.SOURCE_USERNAME, login);
      row.put(Column.SOURCE_EMAIL, target);
    } else if (RowCheck.isAddress(login) && RowCheck.local(login).equalsIgnoreCase(target)) {
      // The address stays the same, as it does where no other one is given.
      row.put(Column.DESTINATION_EMAIL, "");
    }
    // What NethServer calls tls is STARTTLS, unless it is the port of TLS.
    if (product.equals("NethServer")
        && text(row, Column.SOURCE_SECURITY).equalsIgnoreCase("tls")
        && !text(row, Column.SOURCE_PORT).equals("993")) {
      row.put(Column.SOURCE_SECURITY, "starttls");
    }
  }

  private static String text(Map<Column, String> row, Column column) {
    return Texts.trimmed(row.getOrDefault(column, ""));
  }
}
