package org.mailcaravan.model;

import java.util.Map;

/**
 * What a row says of its mailbox beyond servers, logins and files: by the name of a column, the
 * text that its check accepted. A text is empty where the cell is, so that routes can compare it. A
 * new column needs one method here and nothing in the database. No password is among them.
 *
 * @param values of the columns that are filled in
 */
public record RowOptions(Map<String, String> values) {
  /** Of a row that fills in none of these columns. */
  public static final RowOptions NONE = new RowOptions(Map.of());

  /** The start that was asked for too late, beside {@code start_at}; no column. */
  public static final String START_WANTED = "start_wanted";

  /** Filled in where the sender has to say which start shall be; no column. */
  public static final String START_ASKED = "start_asked";

  public RowOptions {
    values = Map.copyOf(values);
  }

  /** The display name of the address book that contacts go into; empty for the default one. */
  public String contactsCollection() {
    return value("contacts_collection");
  }

  /** The display name of the calendar that events go into; empty for the default one. */
  public String calendarCollection() {
    return value("calendar_collection");
  }

  /** The OAuth profile that opens the mailbox at the source; empty where a password does. */
  public String sourceOauthProfile() {
    return value("source_oauth_profile");
  }

  /** When its first pass may begin, as an {@link java.time.Instant}; empty for at once. */
  public String startAt() {
    return value("start_at");
  }

  /** The start that was wanted and came too late, as an {@link java.time.Instant}; or empty. */
  public String startWanted() {
    return value(START_WANTED);
  }

  /** Whether it waits until its sender has named another start. */
  public boolean isStartAsked() {
    return !value(START_ASKED).isEmpty();
  }

  /** The text of its {@link Window}; empty for that of the configuration. */
  public String window() {
    return value("window");
  }

  /** The ticket of its request, as the help desk numbers it; empty for none. */
  public String ticket() {
    return value("ticket");
  }

  /** The word with which the request asks for a {@link Policy}; empty for none. */
  public String policy() {
    return value("policy");
  }

  /** A word that routes of one's own ask for; empty for none. */
  public String label() {
    return value("label");
  }

  private String value(String column) {
    return values.getOrDefault(column, "");
  }
}
