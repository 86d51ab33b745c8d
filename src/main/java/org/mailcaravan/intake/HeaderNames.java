package org.mailcaravan.intake;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.model.Language;
import org.mailcaravan.model.RequestReading;
import org.mailcaravan.model.Spelling;

/**
 * The names that people and other products give to columns. Some of them mean something else beside
 * others: {@code EmailAddress} beside {@code UserName} is the mailbox at the new server. Names that
 * would have to be guessed are in no list, since a guess could send a password to a wrong place.
 */
final class HeaderNames {
  /** What a name means among its neighbours. */
  sealed interface Meaning {}

  /**
   * A column.
   *
   * @param login whether it holds login names at the old provider, which need not be addresses
   */
  record Of(Column column, boolean login) implements Meaning {}

  /** A column that is not used. */
  record Ignored(IgnoredColumn why) implements Meaning {}

  /** A column that another name has been taken for already. */
  record Again(Column column) implements Meaning {}

  /** No name that is known. */
  record Unknown() implements Meaning {}

  /** What a name stands for before one looks at its neighbours. */
  private enum Role {
    /** The address at the old provider, and nothing else. */
    SOURCE_ADDRESS,
    /** The login at the old provider. */
    SOURCE_LOGIN,
    /** Where the header names an address too, rather the name of a person. */
    USER_NAME,
    /** An address, of the one side or the other. */
    EMAIL
  }

  private static final Map<String, Role> ROLES = new TreeMap<>();
  private static final Map<String, Column> ALIASES = new TreeMap<>();
  private static final Map<String, IgnoredColumn> IGNORED = new TreeMap<>();

  static {
    add(
        ROLES,
        Role.SOURCE_ADDRESS,
        "sourceemail sourceemailaddress externalemail oldemail oldemailaddress oldmailbox sourcemailbox"
            + " alteemail alteemailadresse altesmail altespostfach quelladresse ancienneadresse ancienneadressemail"
            + " ancienneadresseemail correoantiguo vecchioindirizzo oudemailadres oudeemailadres");
    add(
        ROLES,
        Role.SOURCE_LOGIN,
        "sourceuser srcuser user1 remoteusername oldusername login loginname anmeldename");
    add(
        ROLES,
        Role.USER_NAME,
        "username user benutzername benutzer nomd'utilisateur identifiant usuario nombredeusuario"
            + " nomeutente gebruikersnaam");
    add(
        ROLES,
        Role.EMAIL,
        "email emailaddress emailadresse mail mailaddress mailadresse mailbox postfach emailkonto mailkonto"
            + " adressemail adresseemail courriel correo correoelectr\u00f3nico indirizzoemail indirizzomail casella"
            + " emailadres mailadres");
    add(
        ALIASES,
        Column.SOURCE_PASSWORD,
        "password password1 srcpassword remotepassword oldpassword emailpassword currentpassword"
            + " passwort kennwort altespasswort alteskennwort passwortalt aktuellespasswort emailpasswort"
            + " motdepasse ancienmotdepasse mdp contrase\u00f1a clave contrase\u00f1aantigua wachtwoord"
            + " oudwachtwoord vecchiapassword");
    add(
        ALIASES,
        Column.SOURCE_IMAP_SERVER,
        "sourcehost sourceserver host1 remotehostname imapserver sourceimapserveraddress imaphost server"
            + " host mailserver oldserver incomingserver incomingmailserver alterserver altermailserver"
            + " posteingangsserver eingangsserver serveur serveurimap serveurentrant ancienserveur servidor"
            + " servidorimap servidorantiguo serverimap vecchioserver inkomendeserver inkomendemailserver"
            + " oudeserver");
    add(
        ALIASES,
        Column.SOURCE_PORT,
        "port port1 remoteport imapport sourceimapport puerto porta poort");
    add(
        ALIASES,
        Column.SOURCE_SECURITY,
        "security ssl ssl/tls encryption verschl\u00fcsselung s\u00e9curit\u00e9 chiffrement seguridad"
            + " cifrado sicurezza crittografia beveiliging");
    add(ALIASES, Column.CONTACTS, "adressbuch addressbook contatti contactos");
    add(ALIASES, Column.CALENDAR, "kalender termine calendars calendrier calendario agenda");
    add(ALIASES, Column.START_AT, "start beginn startzeit starttime");
    add(ALIASES, Column.WINDOW, "zeitfenster timewindow");
    add(ALIASES, Column.TICKET, "ticketid ticketnumber ticketnummer");
    add(
        ALIASES,
        Column.DESTINATION_EMAIL,
        "targetemail targetemailaddress destemail dstuser user2 newusername localusername newemail"
            + " newemailaddress newmailbox neueemail neueemailadresse neueadresse neuespostfach zieladresse"
            + " zielpostfach nouvelleadresse nouvelleadressemail nouvelleadresseemail nouvellebo\u00eete"
            + " nuevocorreo nuevadirecci\u00f3n nuovoindirizzo nuovacasella nieuwadres nieuwemailadres");
    add(
        ALIASES,
        Column.DESTINATION_PASSWORD,
        "targetpassword destpassword dstpassword password2 newpassword neuespasswort neueskennwort"
            + " passwortneu nouveaumotdepasse nuevacontrase\u00f1a nuovapassword nieuwwachtwoord");
    add(
        IGNORED,
        IgnoredColumn.TARGET_SERVER,
        "targethost desthost destinationhost host2 targetserver destinationserver newserver newhost"
            + " newimapserver neuerserver neuermailserver neuerimapserver zielserver nouveauserveur"
            + " nuevoservidor nuovoserver nieuweserver");
    add(
        IGNORED,
        IgnoredColumn.TARGET_CONNECTION,
        "targetport targetsecurity destport port2 newport neuerport zielport nouveauport");
    add(IGNORED, IgnoredColumn.DATES, "startdate enddate");
    add(IGNORED, IgnoredColumn.PERSON, "fullname displayname firstname lastname vorname nachname");
    add(IGNORED, IgnoredColumn.USER_ROOT, "userroot");
  }

  /** Of which an address book has several, and a list of mailboxes at most those of a name. */
  private static final Set<String> PEOPLE =
      Set.of(
          "firstname",
          "lastname",
          "middlename",
          "givenname",
          "familyname",
          "additionalname",
          "surname",
          "nickname",
          "birthday",
          "homephone",
          "mobilephone",
          "workphone",
          "businessphone",
          "phone1value",
          "email1value",
          "email2address",
          "homestreet",
          "businessstreet",
          "vorname",
          "nachname",
          "spitzname",
          "geburtstag",
          "mobiltelefon",
          "telefongeschäftlich",
          "telefonprivat",
          "prénom",
          "nomdefamille",
          "cognome",
          "nombre",
          "apellidos");

  /** Those of the names above that are German. */
  private static final Set<String> GERMAN =
      Set.of(
          "alteemail",
          "alteemailadresse",
          "altespasswort",
          "altespostfach",
          "benutzer",
          "benutzername",
          "emailadresse",
          "emailkonto",
          "emailpasswort",
          "kennwort",
          "mailadresse",
          "nachname",
          "neueemailadresse",
          "neuerserver",
          "neuespasswort",
          "neuespostfach",
          "passwort",
          "posteingangsserver",
          "postfach",
          "verschl\u00fcsselung",
          "vorname");

  /** Shorter names are too much like other words. */
  private static final int SHORTEST_MISSPELLED = 6;

  private final List<@Nullable Role> roles = new ArrayList<>();
  private final List<Optional<Column>> known = new ArrayList<>();
  private final List<String> keys = new ArrayList<>();

  private HeaderNames(List<String> names) {
    for (String name : names) {
      String key = Column.key(name);
      Optional<Column> own = Column.find(name);
      keys.add(key);
      roles.add(
          own.filter(column -> column != Column.SOURCE_EMAIL).isPresent() ? null : ROLES.get(key));
      known.add(own.or(() -> Optional.ofNullable(ALIASES.get(key))));
    }
  }

  /** What each name of a header, or each member of an object, means. */
  static List<Meaning> meanings(List<String> names) {
    return new HeaderNames(names).meanings();
  }

  /**
   * The other names of a column, in the order of the alphabet; of an address also those of logins.
   */
  static List<String> others(Column column) {
    return column == Column.SOURCE_EMAIL
        ? ROLES.keySet().stream().filter(name -> !name.equals("sourceemail")).toList()
        : ALIASES.entrySet().stream()
            .filter(alias -> alias.getValue() == column)
            .map(Map.Entry::getKey)
            .toList();
  }

  /** The language of a list, by the names of its columns; null where they do not tell it. */
  static @Nullable Language language(RequestReading reading) {
    return reading.columns().stream()
            .map(column -> Column.key(column.header()))
            .anyMatch(GERMAN::contains)
        ? Language.GERMAN
        : null;
  }

  /** Names of columns that are not used. */
  static List<String> unused() {
    return List.copyOf(IGNORED.keySet());
  }

  /** The column that a name in a line above the rows means, where it does not depend on others. */
  static Optional<Column> single(String name) {
    return Column.find(name).or(() -> Optional.ofNullable(ALIASES.get(Column.key(name))));
  }

  /** The known name that another one differs from by one letter; empty for short names. */
  static Optional<String> misspelled(String name) {
    String key = Column.key(name);
    return Stream.of(ROLES.keySet(), ALIASES.keySet())
        .flatMap(Set::stream)
        .filter(known -> known.length() >= SHORTEST_MISSPELLED)
        .filter(known -> Spelling.differsByOneLetter(key, known))
        .findFirst();
  }

  /** Whether any name is one that is known. */
  static boolean knowsAny(List<String> names) {
    return names.stream().anyMatch(HeaderNames::knows);
  }

  /**
   * Whether a header is that of an address book, with names of people and no password or server.
   */
  static boolean areOfContacts(List<String> names) {
    return names.stream().map(Column::key).filter(PEOPLE::contains).count() > 1
        && names.stream().noneMatch(HeaderNames::isOfLogin);
  }

  private static boolean isOfLogin(String name) {
    return single(name).isPresent();
  }

  private static boolean knows(String name) {
    String key = Column.key(name);
    return Column.find(name).isPresent()
        || ROLES.containsKey(key)
        || ALIASES.containsKey(key)
        || IGNORED.containsKey(key);
  }

  private static <T> void add(Map<String, T> names, T meaning, String all) {
    for (String name : all.split(" ", -1)) {
      names.put(name, meaning);
    }
  }

  private List<Meaning> meanings() {
    List<Meaning> meanings = new ArrayList<>();
    Set<Column> seen = EnumSet.noneOf(Column.class);
    for (int i = 0; i < keys.size(); i++) {
      Meaning meaning = meaning(i);
      meanings.add(
          meaning instanceof Of of && !seen.add(of.column()) ? new Again(of.column()) : meaning);
    }
    return meanings;
  }

  private Meaning meaning(int place) {
    Role role = roles.get(place);
    if (role != null) {
      return meaning(role);
    }
    Optional<Column> column = known.get(place);
    if (column.isPresent()) {
      return new Of(column.get(), false);
    }
    IgnoredColumn ignored = IGNORED.get(keys.get(place));
    return ignored == null ? new Unknown() : new Ignored(ignored);
  }

  private Meaning meaning(Role role) {
    boolean hasAddress = roles.contains(Role.SOURCE_ADDRESS);
    boolean hasEmail = roles.contains(Role.EMAIL);
    boolean hasLogin = roles.contains(Role.SOURCE_LOGIN) || roles.contains(Role.USER_NAME);
    boolean hasTarget = known.contains(Optional.of(Column.DESTINATION_EMAIL));
    boolean emailIsTarget = hasEmail && hasLogin && !hasTarget && !hasAddress;
    return switch (role) {
      case SOURCE_ADDRESS -> new Of(Column.SOURCE_EMAIL, false);
      // Beside the address of the source it would be anybody's guess: it is told as one too many.
      case EMAIL -> new Of(emailIsTarget ? Column.DESTINATION_EMAIL : Column.SOURCE_EMAIL, false);
      case USER_NAME ->
          hasAddress ? new Ignored(IgnoredColumn.NAME) : login(hasEmail && !emailIsTarget);
      case SOURCE_LOGIN -> login(hasAddress || (hasEmail && !emailIsTarget));
    };
  }

  private static Meaning login(boolean hasAddress) {
    return hasAddress ? new Of(Column.SOURCE_USERNAME, false) : new Of(Column.SOURCE_EMAIL, true);
  }
}
