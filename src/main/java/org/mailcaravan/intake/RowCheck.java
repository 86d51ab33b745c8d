package org.mailcaravan.intake;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.model.GroupwareSource;
import org.mailcaravan.model.HostNames;
import org.mailcaravan.model.RequestRow;
import org.mailcaravan.model.RowOptions;
import org.mailcaravan.model.RowProblem;
import org.mailcaravan.model.Secret;
import org.mailcaravan.model.Security;
import org.mailcaravan.model.Server;
import org.mailcaravan.model.Spelling;
import org.mailcaravan.model.VisibleText;

/**
 * Checks one row and fills in its defaults. Everything that is wrong with it is reported at once.
 */
final class RowCheck {
  private static final Pattern DOMAIN_OF_INTERNET =
      Pattern.compile(".+\\.(xn--[a-z0-9-]+|[a-z]{2,})");
  private static final Pattern USUAL_PORT = Pattern.compile("\\d{0,2}(143|993)");

  /** As people copy it from their mail programs: "993 (SSL/TLS)". */
  private static final Pattern PORT =
      Pattern.compile("(?i)(\\d{1,5})\\s?\\(?(?:ssl|tls|ssl/tls|starttls|imaps?)?\\)?");

  private static final Pattern IPV4 = Pattern.compile("\\d+(\\.\\d+){3}");
  private static final Pattern MAIL_SERVER =
      Pattern.compile(
          "(imaps?|e?mail|mx|pop3?|smtp|outlook|exchange|webmail|mailbox|secure|ssl)\\d*"
              + "(\\.[a-z0-9-]+)*\\.(xn--[a-z0-9-]+|[a-z]{2,})");

  /** Characters; more than any server takes, and few enough to be kept sealed. */
  static final int LONGEST_PASSWORD = 1000;

  private static final int LONGEST_NAME = 320;

  // Characters that an address could only hold within quotation marks (RFC 5321 section 4.1.2), and
  // "*", which separates user and master user at login.
  private static final Pattern LOCAL_PART =
      Pattern.compile("[^\\s\\p{Z}\\p{Cc}\\p{Cf}\\p{Cs}\"(),:;<>@\\[\\]\\\\*]+");

  private static final String FOR_ALL =
      " This list has no such column: a line above its rows names the server of all of them, such as"
          + " \"source_imap_server: imap.example.org\".";

  private final RequestRules rules;
  private final AttachmentFinder attachments;
  private final SourceServers sources;
  private final Map<Server, Server> servers;
  private final boolean hasServers;
  private final RawRow raw;
  private final List<RowProblem> problems;
  private SourceServers.@Nullable Found found;

  /**
   * @param sources finds the server of a row that names none
   * @param servers the servers of other rows: most have the same, and share it
   * @param hasServers false for a list without a column for the server
   */
  RowCheck(
      RequestRules rules,
      AttachmentFinder attachments,
      SourceServers sources,
      Map<Server, Server> servers,
      boolean hasServers,
      RawRow raw) {
    this.rules = rules;
    this.attachments = attachments;
    this.sources = sources;
    this.servers = servers;
    this.hasServers = hasServers;
    this.raw = raw;
    this.problems = new ArrayList<>(raw.problems());
  }

  /**
   * The row, or empty when it has {@link #problems}.
   *
   * @param number its place in the request, counted from 1
   */
  Optional<RequestRow> check(int number) {
    if (raw.isUnreadable()) {
      return Optional.empty();
    }
    raw.cells().forEach(this::requireValue);
    String address = address(Column.SOURCE_EMAIL);
    Optional<Server> server = server(address);
    Optional<SourceServers.NoPassword> refusal = server.flatMap(sources::refusesPasswords);
    OAuthColumns oauth = new OAuthColumns(this, raw, rules.oauth(), server, refusal.isPresent());
    Optional<String> profile = oauth.profile();
    refusal.filter(any -> !oauth.wantsToken()).ifPresent(this::refusePassword);
    boolean mayLack = oauth.wantsToken() || rules.passwordMayComeLater();
    Secret password = password(Column.SOURCE_PASSWORD, !mayLack);
    if (password.isEmpty() && !oauth.wantsToken() && rules.passwordMayComeLater()) {
      checkOtherPassword();
    }
    String username = username(address, server);
    String destination =
        raw.text(Column.DESTINATION_EMAIL).isEmpty() ? address : address(Column.DESTINATION_EMAIL);
    Secret destinationPassword =
        password(Column.DESTINATION_PASSWORD, rules.destinationPasswordRequired());
    GroupwareColumn groupware = new GroupwareColumn(this, attachments, raw);
    GroupwareSource contacts =
        groupware.source(Column.CONTACTS, rules.hasCardDav(), "destination.carddav-url");
    GroupwareSource calendar =
        groupware.source(Column.CALENDAR, rules.hasCalDav(), "destination.caldav-url");
    groupware.checkUrl();
    RowOptions options = options(groupware, profile);
    if (!problems.isEmpty()) {
      return Optional.empty();
    }
    return server.map(
        source ->
            new RequestRow(
                number,
                raw.line(),
                address,
                // What nobody needs is not kept.
                profile.isPresent() ? Secret.of("") : password,
                source,
                username,
                destination,
                destinationPassword.isEmpty() ? null : destinationPassword,
                contacts,
                calendar,
                options));
  }

  private RowOptions options(GroupwareColumn groupware, Optional<String> profile) {
    Map<String, String> values = new HashMap<>();
    for (Column column : Column.values()) {
      Optional<OptionCheck> check = column.optionCheck();
      String text = raw.text(column);
      if (check.isEmpty() || text.isEmpty()) {
        continue;
      }
      groupware.checkCollection(column);
      boolean isKnown = profile.filter(text::equals).isPresent();
      if (column.takesAnyWords() && !isKnown && ClearCells.mayBeAPassword(raw, text)) {
        // The name is shown in each report.
        add(
            column,
            "may be a password",
            "Put each password into its own column; if it is the name, choose one without digits or signs.");
      }
      try {
        values.put(column.word(), check.get().kept(text));
      } catch (OptionCheck.Unfit e) {
        add(column, e.problem(), e.remedy());
      }
    }
    checkPolicy(values.getOrDefault(Column.POLICY.word(), ""));
    profile.ifPresent(name -> values.put(Column.SOURCE_OAUTH_PROFILE.word(), name));
    return values.isEmpty() ? RowOptions.NONE : new RowOptions(values);
  }

  private void checkPolicy(String word) {
    if (!word.isEmpty() && !rules.policies().contains(word)) {
      Optional<String> nearest = Spelling.nearest(word, rules.policies());
      String text = raw.text(Column.POLICY);
      // What is nearly one of our words is no password in the wrong place.
      boolean isClear = nearest.isPresent() && !ClearCells.mayBeAPassword(raw, text);
      add(
          Column.POLICY,
          isClear ? VisibleText.of(text) : "",
          "is not a policy that we have",
          rules.policies().isEmpty()
              ? "Leave it empty: we have no policies that a request can name."
              : "Write "
                  + nearest.orElseGet(() -> String.join(" or ", new TreeSet<>(rules.policies())))
                  + ", or leave it empty.");
    }
  }

  /** Else the server would get the reference as a password. */
  private void requireValue(Column column, String cell) {
    if (SealedRows.isNearlyReference(cell)) {
      add(
          column,
          "is nearly a sealed value of a list to be repaired, but a character is missing or wrong",
          "Copy the whole cell from that list once more; the value is still kept.");
    } else if (SealedRows.isReference(cell)) {
      add(
          column,
          "refers to a value that is not kept here, or not any more",
          "Fill in the value itself; a list to be repaired is good once, where the request was dropped.");
    }
  }

  /** The problems of the row, at most one per column, without values that may be a password. */
  List<RowProblem> problems() {
    return List.copyOf(problems);
  }

  void add(Column column, String problem, String remedy) {
    add(column, "", problem, remedy);
  }

  private void add(Column column, String value, String problem, String remedy) {
    if (problems.stream().noneMatch(known -> known.column().equals(column.word()))) {
      problems.add(new RowProblem(raw.line(), column.word(), value, problem, remedy));
    }
  }

  private String address(Column column) {
    String address = raw.text(column);
    int at = address.indexOf('@');
    if (address.isEmpty()) {
      add(column, "is empty", "Fill in the e-mail address.");
    } else if (at < 0 || !LOCAL_PART.matcher(address.substring(0, at)).matches()) {
      add(
          column,
          "is not an e-mail address",
          "Write the address alone, such as anna@example.org, without a name or brackets; check that the"
              + " columns are not confused.");
    } else if (address.length() > LONGEST_NAME || !isHost(address.substring(at + 1))) {
      add(
          column,
          "is not an e-mail address: what follows the @ is not the name of a domain",
          "Write one address, such as anna@example.org.");
    }
    return address;
  }

  /** Whether it is an address, by its form. */
  static boolean isAddress(String text) {
    int at = text.indexOf('@');
    return at > 0
        && text.length() <= LONGEST_NAME
        && LOCAL_PART.matcher(text.substring(0, at)).matches()
        && isHost(text.substring(at + 1));
  }

  static boolean isHost(String text) {
    try {
      HostNames.normal(text);
      return true;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  /** Whether it is an IP address. */
  static boolean isAddressOfInternet(String text) {
    return isHost(text) && (IPV4.matcher(text).matches() || text.indexOf(':') >= 0);
  }

  /** Whether it is a name that mail servers typically have. */
  static boolean isNamedAsMailServer(String text) {
    return isHost(text) && MAIL_SERVER.matcher(HostNames.normal(text)).matches();
  }

  /** Whether a name ends in a domain of the internet, in lower case. */
  static boolean isOfInternet(String domain) {
    return DOMAIN_OF_INTERNET.matcher(domain).matches();
  }

  /** Whether a number is a port that servers for IMAP listen on, 1143 and 9993 among them. */
  static boolean isUsualPort(String port) {
    return USUAL_PORT.matcher(port).matches();
  }

  /** What stands before the @, in lower case; the whole where there is none. */
  static String local(String address) {
    int at = address.indexOf('@');
    return (at < 0 ? address : address.substring(0, at)).toLowerCase(Locale.ROOT);
  }

  /** The domain of an address, as servers know it; empty where it is no address. */
  static Optional<String> domain(String address) {
    return isAddress(address)
        ? Optional.of(HostNames.normal(address.substring(address.indexOf('@') + 1)))
        : Optional.empty();
  }

  private Secret password(Column column, boolean required) {
    // Never trimmed or normalised: the server must get exactly this password.
    String password = raw.password(column);
    if (password.isEmpty() && required) {
      add(
          column,
          "is empty",
          column == Column.SOURCE_PASSWORD
              ? "Fill in the password at the old provider; it may be one made for the migration. Only a running"
                  + " service waits for passwords."
              : "Fill in the password of the new mailbox, or ask us to use a master user (destination.auth).");
    } else if (password.length() > LONGEST_PASSWORD) {
      add(
          column,
          "is longer than " + LONGEST_PASSWORD + " characters",
          "Check that the columns are not confused.");
    } else if (password.chars().anyMatch(c -> c == '\r' || c == '\n')) {
      add(
          column,
          "has a line break in it, so that several lines were read as one row",
          "Look for a quotation mark that is not closed on this line, and double each quotation mark"
              + " that belongs to a password.");
    } else if (password.indexOf('\0') >= 0
        || !StandardCharsets.UTF_8.newEncoder().canEncode(password)) {
      add(column, "has a character in it that no mail server accepts", "Correct the password.");
    } else if (password.equals(Secret.MASK)) {
      add(
          column,
          "is the mask of an archived request, not a password",
          "Fill in the password again; it was not kept.");
    }
    checkMangling(column, password);
    return Secret.of(password);
  }

  /** A single password that stands where none is used is probably that of the old provider. */
  private void checkOtherPassword() {
    if (!rules.destinationPasswordRequired()
        && !raw.password(Column.DESTINATION_PASSWORD).isEmpty()) {
      add(
          Column.SOURCE_PASSWORD,
          "is empty, and destination_password, which is not used, is filled in",
          "Write the password at the old provider into source_password; if it comes later, leave both"
              + " empty.");
    }
  }

  private void checkMangling(Column column, String value) {
    Mangling.of(value)
        .filter(mangling -> mangling.spoils(column))
        .ifPresent(mangling -> add(column, mangling.words(), Mangling.REMEDY));
  }

  /** The server, its name as the row gives it or as it was found. */
  private Optional<Server> server(String address) {
    boolean named = !raw.text(Column.SOURCE_IMAP_SERVER).isEmpty();
    Optional<Server> known =
        named ? Optional.empty() : find(address).map(SourceServers.Found::server);
    Optional<String> host = named ? host() : known.map(Server::host);
    Optional<Security> given = security();
    Optional<Integer> port = port(raw.text(Column.SOURCE_PORT));
    if (known.isPresent() && given.isEmpty() && port.isEmpty()) {
      return known.map(this::shared);
    }
    Security security =
        given.orElse(
            port.filter(number -> number == Security.STARTTLS.imapPort())
                .map(number -> Security.STARTTLS)
                .orElse(Security.TLS));
    return host.map(name -> new Server(name, port.orElse(security.imapPort()), security))
        .map(this::shared);
  }

  private Server shared(Server server) {
    return servers.computeIfAbsent(server, same -> same);
  }

  /** The place where a row without a server gets one, or a problem. */
  private Optional<SourceServers.Found> find(String address) {
    SourceServers.Answer answer = (isAddress(address) ? sources : SourceServers.NONE).find(address);
    if (answer instanceof SourceServers.Missing missing) {
      add(
          Column.SOURCE_IMAP_SERVER,
          missing.problem(),
          hasServers ? missing.remedy() : missing.remedy() + FOR_ALL);
    } else if (answer instanceof SourceServers.Found server) {
      found = server;
    }
    return Optional.ofNullable(found);
  }

  /** How the server was found that the row does not name. */
  Optional<String> howFound() {
    return Optional.ofNullable(found).map(SourceServers.Found::how);
  }

  private Optional<String> host() {
    String text = raw.text(Column.SOURCE_IMAP_SERVER);
    try {
      return Optional.of(HostNames.normal(text));
    } catch (IllegalArgumentException e) {
      add(
          Column.SOURCE_IMAP_SERVER,
          String.valueOf(e.getMessage()),
          "Write only the name, such as imap.example.org; the port goes into source_port, and tls,"
              + " starttls or none into source_security.");
      return Optional.empty();
    }
  }

  private Optional<Integer> port(String text) {
    if (text.isEmpty()) {
      return Optional.empty();
    }
    Matcher port = PORT.matcher(text);
    String number = port.matches() ? port.group(1) : text;
    if (ServerWords.isPort(number)) {
      return Optional.of(Integer.valueOf(number));
    }
    add(
        Column.SOURCE_PORT,
        "is not a port from 1 to 65535",
        "Write 993 for tls or 143 for starttls, or leave it empty.");
    return Optional.empty();
  }

  private Optional<Security> security() {
    String text = raw.text(Column.SOURCE_SECURITY);
    if (text.isEmpty()) {
      return Optional.empty();
    }
    Optional<ServerWords.Said> said = ServerWords.security(text);
    if (said.isEmpty()) {
      add(
          Column.SOURCE_SECURITY,
          "is none of tls, starttls, none",
          "Write tls (also for what is called SSL, port 993) or starttls (port 143), or leave it empty.");
    }
    return said.flatMap(ServerWords.Said::security);
  }

  private void refusePassword(SourceServers.NoPassword refusal) {
    add(
        Column.SOURCE_PASSWORD,
        (raw.password(Column.SOURCE_PASSWORD).isEmpty() ? "is empty, and " : "is of no use: ")
            + refusal.provider()
            + " takes no password for IMAP",
        "Write the name of an OAuth profile of ours into source_oauth_profile; if there is none for these"
            + " mailboxes, ask us for one (docs/oauth.md). "
            + refusal.help());
  }

  private String username(String address, Optional<Server> server) {
    String username = raw.text(Column.SOURCE_USERNAME);
    if (username.length() > LONGEST_NAME || Texts.hasControls(username)) {
      add(
          Column.SOURCE_USERNAME,
          "has a line break in it or is longer than " + LONGEST_NAME + " characters",
          "Write the login name at the old provider, or leave it empty when it is the address.");
    }
    if (!username.isEmpty()) {
      checkMangling(Column.SOURCE_USERNAME, username);
      return username;
    }
    return found != null
        ? found.username()
        : server.map(named -> sources.username(named, address)).orElse(address);
  }
}
