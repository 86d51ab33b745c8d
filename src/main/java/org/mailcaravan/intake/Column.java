package org.mailcaravan.intake;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The columns of a request, in the order of the template. A column is declared here and nowhere
 * else: its name, which is also its member in JSON, what stands in it, and of which kind that is.
 * What a column with a {@link OptionCheck} holds is kept in {@link
 * org.mailcaravan.model.RowOptions} under its name; the others become the servers, logins and files
 * of a {@link org.mailcaravan.model.RequestRow} in {@link RowCheck}. A test writes the table of
 * docs/requests.md from this.
 */
enum Column {
  SOURCE_EMAIL(Kind.ADDRESS, true, "the address at the old provider"),
  SOURCE_PASSWORD(
      Kind.PASSWORD,
      false,
      "its password there, ideally one made for the migration; not with `oauth2`. In a request to the"
          + " service it may be empty: [below](#a-password-that-comes-later)"),
  SOURCE_IMAP_SERVER(
      Kind.SERVER,
      false,
      "the name of the old provider's IMAP server; when empty it is looked for"
          + " ([providers.md](providers.md))"),
  SOURCE_PORT(Kind.PORT, false, "993 when empty, or 143 with `starttls` and `none`"),
  SOURCE_SECURITY(
      Kind.SECURITY,
      false,
      "`tls` (also `ssl`, `SSL/TLS` or `yes`), `starttls` or `none`; when empty `tls`, or `starttls` if the"
          + " port is 143"),
  SOURCE_USERNAME(Kind.USERNAME, false, "the login name, when it is not the address"),
  DESTINATION_EMAIL(Kind.ADDRESS, false, "the address at the new server, when it differs"),
  DESTINATION_PASSWORD(
      Kind.PASSWORD,
      false,
      "its password at the new server; required with `destination.auth=password`"),
  CONTACTS(Kind.FILES, false, "exported contacts: `.vcf` files beside the request, or `dav`"),
  CALENDAR(Kind.FILES, false, "exported calendars: `.ics` files beside the request, or `dav`"),
  SOURCE_DAV_URL(
      Kind.URL,
      false,
      "with `dav`: the address of the old provider's CardDAV or CalDAV server, when the domain does"
          + " not lead to it"),
  CONTACTS_COLLECTION(
      OptionCheck.NAME,
      "the name of the address book at the new server, when it is not the default one"),
  CALENDAR_COLLECTION(
      OptionCheck.NAME,
      "the name of the calendar at the new server, when it is not the default one"),
  SOURCE_AUTH(
      Kind.LOGIN,
      false,
      "`password` or `oauth2`; when empty `oauth2` if `source_oauth_profile` is filled in, or if there is"
          + " no password and the server takes none, else `password`"),
  SOURCE_OAUTH_PROFILE(
      OptionCheck.NAME,
      "the OAuth profile of our configuration that opens the mailbox instead of a password; with"
          + " `oauth2`, empty means the only one for this server ([oauth.md](oauth.md))"),
  START_AT(
      OptionCheck.START,
      "when its first pass may begin, such as `2026-12-01 18:00`; at once when empty"
          + " ([schedule.md](schedule.md))"),
  WINDOW(
      OptionCheck.WINDOW,
      "when its passes may run, such as `Mon-Fri 18:00-07:00, Sat-Sun`; when empty, as the"
          + " configuration says ([schedule.md](schedule.md))"),
  TICKET(
      OptionCheck.TICKET,
      "the ticket of your help desk that is told of the request, in any of its rows"
          + " ([tickets.md](tickets.md))"),
  POLICY(
      OptionCheck.POLICY,
      "a word that `config/policies.yaml` knows, for passes more often, in another window or with"
          + " fewer connections ([policies.md](policies.md))"),
  LABEL(
      OptionCheck.LABEL,
      "a word of yours that [routes](examples.md) can ask for, such as `archive`; it means nothing to"
          + " the program");

  /** What stands in a column. It decides how JSON may give it, and what may be shown of it. */
  enum Kind {
    /** An e-mail address; shown where something vouches for it. */
    ADDRESS,
    /** A password: never shown, trimmed or normalised, and kept sealed. */
    PASSWORD,
    /** The name of a server; shown where something vouches for it. */
    SERVER,
    /** A port; JSON may give it as a number. */
    PORT,
    /** A word of {@link org.mailcaravan.model.Security}. */
    SECURITY,
    /** Whether a password or a token opens the mailbox. */
    LOGIN,
    /** A login name, which can be any words. */
    USERNAME,
    /**
     * Files, several with {@link GroupwareColumn#SEPARATOR} between them or as an array of JSON.
     */
    FILES,
    /** The address of a server. */
    URL,
    /** What its {@link OptionCheck} takes. */
    OPTION
  }

  private static final int LONGEST_HEADER = 100;

  private final String word = name().toLowerCase(Locale.ROOT);
  private final String key = key(word);
  private final Kind kind;
  private final boolean required;

  @SuppressWarnings("ImmutableEnumChecker") // Checks have no state.
  private final @Nullable OptionCheck check;

  private final String meaning;

  Column(Kind kind, boolean required, String meaning) {
    this.kind = kind;
    this.required = required;
    this.check = null;
    this.meaning = meaning;
  }

  /** A column that may be empty and whose text is kept as its check leaves it. */
  Column(OptionCheck check, String meaning) {
    this.kind = Kind.OPTION;
    this.required = false;
    this.check = check;
    this.meaning = meaning;
  }

  /** Its canonical name. */
  String word() {
    return word;
  }

  /** What stands in it, as docs/requests.md says it (Markdown). */
  String meaning() {
    return meaning;
  }

  Kind kind() {
    return kind;
  }

  /** How its text is checked, where that is kept as an option; otherwise empty. */
  Optional<OptionCheck> optionCheck() {
    return Optional.ofNullable(check);
  }

  /** Whether every list must have it. */
  boolean isRequired() {
    return required;
  }

  /** Whether what stands in it is never shown. */
  boolean isPassword() {
    return kind == Kind.PASSWORD;
  }

  /** Whether any words can stand in it, so that no form tells whether they belong there. */
  boolean takesAnyWords() {
    return kind == Kind.USERNAME || check == OptionCheck.NAME;
  }

  /** The columns of a kind. */
  static Stream<Column> of(Kind kind) {
    return Arrays.stream(values()).filter(column -> column.kind == kind);
  }

  /** The column that a header means; case, spaces, "_" and "-" make no difference. */
  static Optional<Column> find(String header) {
    String key = key(header);
    return Arrays.stream(values()).filter(column -> column.key.equals(key)).findFirst();
  }

  /** A header as headers are compared; empty for one that is too long to be one. */
  static String key(String header) {
    return header.length() > LONGEST_HEADER
        ? ""
        : Texts.trimmed(header).replaceAll("[\\s_-]", "").toLowerCase(Locale.ROOT);
  }

  /** All canonical names. */
  static List<String> words() {
    return Arrays.stream(values()).map(Column::word).toList();
  }
}
