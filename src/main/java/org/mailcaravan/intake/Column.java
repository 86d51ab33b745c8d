package org.mailcaravan.intake;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The columns of a request, in the order of the template. */
enum Column {
  SOURCE_EMAIL(true),
  SOURCE_PASSWORD(true),
  SOURCE_IMAP_SERVER(true),
  SOURCE_PORT(false),
  SOURCE_SECURITY(false),
  SOURCE_USERNAME(false),
  DESTINATION_EMAIL(false),
  DESTINATION_PASSWORD(false),
  CONTACTS(false),
  CALENDAR(false),
  SOURCE_DAV_URL(false),
  CONTACTS_COLLECTION(false),
  CALENDAR_COLLECTION(false);

  private static final int LONGEST_HEADER = 100;

  private final String word = name().toLowerCase(Locale.ROOT);
  private final String key = key(word);
  private final boolean required;

  Column(boolean required) {
    this.required = required;
  }

  /** Its canonical name. */
  String word() {
    return word;
  }

  /** Whether every request must have it. */
  boolean isRequired() {
    return required;
  }

  /** Whether what stands in it is never shown. */
  boolean isPassword() {
    return this == SOURCE_PASSWORD || this == DESTINATION_PASSWORD;
  }

  /** Whether several names can stand in it, with {@link GroupwareColumn#SEPARATOR} between them. */
  boolean takesSeveral() {
    return this == CONTACTS || this == CALENDAR;
  }

  /** Whether an e-mail address stands in it. */
  boolean isAddress() {
    return this == SOURCE_EMAIL || this == DESTINATION_EMAIL;
  }

  /** The column that a header means; case, spaces, "_" and "-" make no difference. */
  static Optional<Column> find(String header) {
    if (header.length() > LONGEST_HEADER) {
      return Optional.empty();
    }
    String key = key(header);
    return Arrays.stream(values()).filter(column -> column.key.equals(key)).findFirst();
  }

  private static String key(String header) {
    return Texts.trimmed(header).replaceAll("[\\s_-]", "").toLowerCase(Locale.ROOT);
  }

  /** All canonical names. */
  static List<String> words() {
    return Arrays.stream(values()).map(Column::word).toList();
  }
}
