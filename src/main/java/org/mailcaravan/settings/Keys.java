package org.mailcaravan.settings;

import static org.mailcaravan.settings.Parsers.number;
import static org.mailcaravan.settings.Parsers.optional;
import static org.mailcaravan.settings.Parsers.word;

import jakarta.mail.internet.InternetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.mailcaravan.model.FinalPasses;
import org.mailcaravan.model.Language;
import org.mailcaravan.model.MigrationMessage;
import org.mailcaravan.model.Secret;
import org.mailcaravan.model.Security;
import org.mailcaravan.model.rules.LeaveOut;
import org.mailcaravan.model.rules.MapFolder;

/**
 * Every property there is, in the order of application.properties. A property is declared here and
 * nowhere else: its name, its default as it stands in the file, its check and its effect. Whoever
 * needs it asks {@link Settings#get}. Tests compare application.properties with this, and write the
 * table of docs/settings.md from it.
 */
public final class Keys {
  private static final List<Key<?>> DECLARED = new ArrayList<>();

  /** Stands for the customer's domain in values of {@code cutover.…} and {@code clients.…}. */
  public static final String DOMAIN_MARK = "{domain}";

  /** Stands for the address of a mailbox in URLs. */
  public static final String EMAIL_MARK = "{email}";

  /** The words of {@code source.discovery}. */
  public enum Discovery {
    OFF("off"),
    PRESETS("presets"),
    ASK("ask"),
    TRUST("trust");

    private final String word;

    Discovery(String word) {
      this.word = word;
    }

    String word() {
      return word;
    }
  }

  /** The words of {@code schedule.late}. */
  public enum LateStart {
    TAKE("take"),
    ASK("ask");

    private final String word;

    LateStart(String word) {
      this.word = word;
    }

    String word() {
      return word;
    }
  }

  /** The words of {@code clients.username}. */
  public enum ClientUserName {
    EMAIL("email"),
    LOCAL_PART("local-part");

    private final String word;

    ClientUserName(String word) {
      this.word = word;
    }

    String word() {
      return word;
    }
  }

  /** The words of {@code destination.auth}. */
  public enum Auth {
    PASSWORD("password"),
    MASTER_USER("master-user"),
    AUTHORIZATION_IDENTITY("authorization-identity"),
    OAUTH2("oauth2");

    private final String word;

    Auth(String word) {
      this.word = word;
    }

    String word() {
      return word;
    }
  }

  public static final Key<Path> DROP_FOLDER =
      key("drop.folder", "drop", Parsers::path, "the folder that the service watches for requests");
  public static final Key<Duration> DROP_POLL =
      key(
          "drop.poll-millis",
          "1000",
          number(50, 3_600_000, Duration::ofMillis),
          "how often it looks there");

  public static final Key<Set<String>> SOURCE_ALLOWED_HOSTS =
      key(
          "source.allowed-hosts",
          "",
          Parsers::hosts,
          "old providers' hosts that may have a loopback, private or link-local address");
  public static final Key<Set<String>> SOURCE_INSECURE_HOSTS =
      key(
          "source.insecure-hosts",
          "",
          Parsers::hosts,
          "old providers' hosts that may be used without TLS");

  public static final Key<Path> PROVIDERS_FILE =
      key(
          "providers.file",
          "config/providers.yaml",
          Parsers::path,
          "what is known of mail providers ([providers.md](providers.md))");
  public static final Key<Path> POLICIES_FILE =
      key(
          "policies.file",
          "config/policies.yaml",
          Parsers::path,
          "which mailboxes get passes more often, in another window or with other connections"
              + " ([policies.md](policies.md))");
  public static final Key<Discovery> SOURCE_DISCOVERY =
      key(
          "source.discovery",
          "ask",
          word(Discovery.values(), Discovery::word),
          "how the server of a row without `source_imap_server` is found: `off`, `presets` (by the "
              + "list of providers and the MX records), `ask` (what others say, too, and a person "
              + "confirms it) or `trust` (and nobody does)");
  public static final Key<List<InetSocketAddress>> DNS_SERVERS =
      key(
          "dns.servers",
          "",
          Parsers::dnsServers,
          "the DNS servers to ask for MX and SRV records: `192.0.2.1, [2001:db8::1]:5353`; when "
              + "empty, those of the system");

  public static final Key<String> DESTINATION_HOST =
      required("destination.host", Parsers::host, "your IMAP server");
  public static final Key<Optional<Integer>> DESTINATION_PORT =
      key(
          "destination.port",
          "",
          optional(number(1, 65535, Math::toIntExact)),
          "its port; when empty, 993 with `tls`, 143 with `starttls` or `none`");
  public static final Key<Security> DESTINATION_SECURITY =
      key(
          "destination.security",
          "tls",
          word(Security.values(), Security::word),
          "`tls`, `starttls` or `none`");
  public static final Key<Auth> DESTINATION_AUTH =
      key(
          "destination.auth",
          "password",
          word(Auth.values(), Auth::word),
          "how to log in there: `password`, `master-user`, `authorization-identity` or `oauth2`");
  public static final Key<String> DESTINATION_MASTER_USER =
      key(
          "destination.master-user",
          "",
          Parsers::text,
          "the master user's name, for `master-user` and `authorization-identity`");
  public static final Key<Secret> DESTINATION_MASTER_PASSWORD =
      hidden("destination.master-password", "", Parsers::secret, "the master user's password");

  public static final Key<String> DESTINATION_OAUTH_PROFILE =
      key(
          "destination.oauth-profile",
          "",
          Parsers::text,
          "for `oauth2`: the profile whose tokens open the mailboxes, by the NAME of its `oauth.NAME.…`"
              + " ([oauth.md](oauth.md))");

  public static final Key<Optional<Path>> TLS_EXTRA_CA_FILE =
      key(
          "tls.extra-ca-file",
          "",
          optional(Parsers::path),
          "a file of certificates (PEM) to trust in addition to those of Java");
  public static final Key<Duration> CONNECT_TIMEOUT =
      key(
          "connection.connect-timeout-seconds",
          "30",
          number(1, 3600, Duration::ofSeconds),
          "how long connecting may take in all: TCP, the TLS handshake, greeting and "
              + "capabilities");
  public static final Key<Duration> READ_TIMEOUT =
      key(
          "connection.read-timeout-seconds",
          "300",
          number(1, 86_400, Duration::ofSeconds),
          "how long a server may be silent before the connection counts as lost");
  public static final Key<Duration> LONGEST_WAIT =
      key(
          "connection.longest-wait-minutes",
          "30",
          number(1, 1440, Duration::ofMinutes),
          "how long a server may send something without giving a result");

  public static final Key<Integer> MAILBOXES_AT_ONCE =
      key(
          "mailboxes.at-once",
          "4",
          number(1, 1000, Math::toIntExact),
          "how many mailboxes are copied at the same time");
  public static final Key<Optional<Integer>> HOST_MAILBOXES_AT_ONCE =
      key(
          "host.mailboxes-at-once",
          "",
          optional(number(1, 1000, Math::toIntExact)),
          "how many mailboxes of one old provider's server are copied at the same time, by all "
              + "programs together; when empty, as many as `mailboxes.at-once`");
  public static final Key<Map<String, Integer>> HOST_LIMITS =
      key(
          "host.limits",
          "",
          Parsers::hostNumbers,
          "the same for single servers and all whose names end like theirs: `gmail.com=10, "
              + "old.example=2`");
  public static final Key<Boolean> PREFLIGHT_ENABLED =
      key(
          "preflight.enabled",
          "true",
          Parsers::truth,
          "whether the service looks at both sides of each mailbox of a request before anything of it is "
              + "copied");
  public static final Key<Integer> PREFLIGHT_AT_ONCE =
      key(
          "preflight.at-once",
          "8",
          number(1, 100, Math::toIntExact),
          "how many mailboxes it looks at at the same time; at most two of one old provider's server, by "
              + "all programs together");
  public static final Key<Duration> PREFLIGHT_LONGEST =
      key(
          "preflight.longest-seconds",
          "180",
          number(1, 3600, Duration::ofSeconds),
          "how long it looks at a mailbox; what is known by then counts");
  public static final Key<Duration> PREFLIGHT_LONGEST_WAIT =
      key(
          "preflight.longest-wait-seconds",
          "900",
          number(1, 86_400, Duration::ofSeconds),
          "how long a pass waits for the look at its mailbox; then it begins without");
  public static final Key<Duration> PREFLIGHT_ANSWER_AFTER =
      key(
          "preflight.answer-after-seconds",
          "600",
          number(0, 86_400, Duration::ofSeconds),
          "how long the answer to a request waits until all its mailboxes were looked at");
  public static final Key<Integer> FORECAST_MIB_PER_HOUR =
      key(
          "forecast.mib-per-hour",
          "1024",
          number(1, 1_000_000, Math::toIntExact),
          "how fast a mailbox is copied, for forecasts, as long as nothing was copied from its server");
  public static final Key<Integer> MAILBOX_LANES =
      key(
          "mailbox.folders-at-once",
          "8",
          number(1, 100, Math::toIntExact),
          "how many folders of one mailbox are copied at the same time");
  public static final Key<Integer> MAILBOX_CONNECTIONS =
      key(
          "mailbox.connections",
          "1",
          number(1, 20, Math::toIntExact),
          "how many connections to each server these folders share");
  public static final Key<Boolean> MAILBOX_COMPRESSION =
      key(
          "mailbox.compression",
          "true",
          Parsers::truth,
          "whether to compress a slow connection, if the server can");
  public static final Key<Integer> BATCH_MESSAGES =
      key(
          "copy.batch-messages",
          "2000",
          number(1, 10_000, Math::toIntExact),
          "how many messages a batch holds at most");
  public static final Key<Long> BATCH_BYTES =
      key(
          "copy.batch-kib",
          "6144",
          number(1, 1_048_576, kib -> kib * 1024),
          "how many KiB a batch holds at most; a larger message is a batch of its own");
  public static final Key<Long> MEMORY_BYTES =
      key(
          "copy.memory-mib",
          "48",
          number(1, 1_048_576, mib -> mib * 1024 * 1024),
          "how many MiB of messages are in memory at most; larger messages wait in files");
  public static final Key<Long> SPOOL_BYTES =
      key(
          "copy.spool-mib",
          "16384",
          number(1, 16_777_216, mib -> mib * 1024 * 1024),
          "how many MiB these files take at most, all mailboxes together");
  public static final Key<Long> SET_ASIDE_BYTES =
      key(
          "copy.set-aside-mib",
          "2048",
          number(0, 16_777_216, mib -> mib * 1024 * 1024),
          "how many MiB of refused messages are kept for one mailbox; beyond that only the "
              + "reason is kept");

  public static final Key<List<LeaveOut>> LEAVE_OUT =
      key(
          "copy.leave-out",
          "",
          RuleParsers::leaveOut,
          "what is left out on purpose ([rules.md](rules.md)): `role=junk; folder=Public/** because it is"
              + " moved by hand`");

  public static final Key<List<MapFolder>> MAP =
      key(
          "copy.map",
          "",
          RuleParsers::map,
          "which folders go to others at the new server ([rules.md](rules.md)): `Sent items ->"
              + " Archive/2020; role=junk -> Spam; Client * -> Clients/*`");

  public static final Key<Boolean> MIRROR_DELETIONS =
      key(
          "pass.mirror-deletions",
          "false",
          Parsers::truth,
          "whether a first pass removes untouched copies of messages that were deleted at the "
              + "source");

  public static final Key<Integer> RETRY_ATTEMPTS =
      key(
          "retry.attempts",
          "5",
          number(0, 1000, Math::toIntExact),
          "how many retries after a lost connection may bring no progress");
  public static final Key<Duration> RETRY_DELAY =
      key(
          "retry.delay-millis",
          "1000",
          number(1, 3_600_000, Duration::ofMillis),
          "the wait before the first retry; it doubles each time");
  public static final Key<Duration> RETRY_MAXIMUM_DELAY =
      key(
          "retry.maximum-delay-millis",
          "60000",
          number(1, 86_400_000, Duration::ofMillis),
          "the longest such wait");
  public static final Key<Boolean> RETRY_OBEY_WAITS =
      key(
          "retry.obey-waits",
          "true",
          Parsers::truth,
          "whether to wait as long as a server asks for");
  public static final Key<Integer> RETRY_TAKEOVERS =
      key(
          "retry.takeovers",
          "3",
          number(0, 1000, Math::toIntExact),
          "how many times in a row a pass goes on elsewhere, or after a start, when its program died before "
              + "anything more was recorded");
  public static final Key<Duration> MISSING_RETRY =
      key(
          "mailbox.missing-retry-seconds",
          "60",
          number(1, 86_400, Duration::ofSeconds),
          "when the service looks again for a mailbox that is missing at the new server; the wait "
              + "doubles each time");
  public static final Key<Duration> MISSING_RETRY_MAXIMUM =
      key(
          "mailbox.missing-retry-maximum-seconds",
          "3600",
          number(1, 86_400, Duration::ofSeconds),
          "the longest such wait");
  public static final Key<Duration> MISSING_RETRY_IN_ALL =
      key(
          "mailbox.missing-retry-hours",
          "72",
          number(0, 8_760, Duration::ofHours),
          "how long it waits for the mailbox in all");

  public static final Key<Duration> PASSWORD_WAIT =
      key(
          "mailbox.password-wait-days",
          "14",
          number(0, 365, Duration::ofDays),
          "how many days the service waits for the password of a row without one, at most "
              + "`secrets.keep-days`; with 0 such a row is rejected");

  public static final Key<Boolean> CREATE_MAILBOX =
      key(
          "create-mailbox.enabled",
          "false",
          Parsers::truth,
          "whether your own HTTP API is asked to create a mailbox that is missing at the new server: "
              + "[routes.md](routes.md#a-mailbox-that-is-created)");
  public static final Key<Optional<URI>> CREATE_MAILBOX_URL =
      key(
          "create-mailbox.url",
          "",
          optional(Parsers::ownUrl),
          "where that API takes a `POST`; https, or http on this machine");
  public static final Key<Secret> CREATE_MAILBOX_TOKEN =
      hidden(
          "create-mailbox.token",
          "",
          Parsers::secret,
          "the bearer token for it; none is sent when empty");
  public static final Key<Boolean> CREATE_MAILBOX_PASSWORD =
      key(
          "create-mailbox.send-password",
          "false",
          Parsers::truth,
          "whether the `destination_password` of the row is sent to it, with `destination.auth=password`");

  public static final Key<ZoneId> SCHEDULE_ZONE =
      key(
          "schedule.time-zone",
          "",
          Parsers::zone,
          "the time zone of times and windows that name none, such as `Europe/Rome`; when empty, that of the "
              + "machine");
  public static final Key<String> SCHEDULE_WINDOW =
      key(
          "schedule.window",
          "",
          Parsers::window,
          "when passes may run, such as `Mon-Fri 18:00-07:00, Sat-Sun; Europe/Rome`, where a request names no "
              + "window; at any time when empty");
  public static final Key<Duration> SCHEDULE_NOTICE =
      key(
          "schedule.notice-hours",
          "24",
          number(0, 720, Duration::ofHours),
          "how long before a start that a request asks for it has to come");
  public static final Key<Duration> SCHEDULE_WEEKEND_NOTICE =
      key(
          "schedule.weekend-notice-hours",
          "48",
          number(0, 720, Duration::ofHours),
          "the same for a start on Saturday or Sunday; never shorter than `schedule.notice-hours`");
  public static final Key<LateStart> SCHEDULE_LATE =
      key(
          "schedule.late",
          "take",
          word(LateStart.values(), LateStart::word),
          "a request that comes too late for its start begins at the earliest time that is possible (`take`), "
              + "or when its sender has agreed to one (`ask`)");

  public static final Key<String> RESYNC_CRON =
      key(
          "resync.cron",
          "0 0 3 * * ?",
          Parsers::cron,
          "when the service makes the catch-up pass (a Quartz cron expression)");

  public static final Key<List<MxHost>> CUTOVER_MX_HOSTS =
      key(
          "cutover.mx-hosts",
          "",
          CutoverParsers::mxHosts,
          "your MX hosts, with priorities: `10 mx1.example.net, 20 mx2.example.net`; `.mx.example.net`"
              + " means all hosts below");
  public static final Key<List<String>> CUTOVER_SPF =
      key(
          "cutover.spf",
          "",
          CutoverParsers::spf,
          "the terms that the SPF record of a domain needs: `include:_spf.example.net`");
  public static final Key<Map<String, String>> CUTOVER_DKIM =
      key(
          "cutover.dkim",
          "",
          CutoverParsers::dkim,
          "the selectors of your DKIM keys, with the names that they are aliases (CNAME) of:"
              + " `s1=s1.{domain}.dkim.example.net`; without a name, the domain has the key itself");
  public static final Key<Optional<String>> CUTOVER_DMARC =
      key(
          "cutover.dmarc",
          "v=DMARC1; p=none",
          optional(CutoverParsers::dmarc),
          "the DMARC record for a domain that has none");
  public static final Key<Optional<String>> CUTOVER_AUTOCONFIG =
      key(
          "cutover.autoconfig",
          "",
          optional(CutoverParsers::host),
          "your host that `autoconfig.DOMAIN` is an alias of (Thunderbird)");
  public static final Key<Optional<String>> CUTOVER_AUTODISCOVER =
      key(
          "cutover.autodiscover",
          "",
          optional(CutoverParsers::host),
          "your host that `autodiscover.DOMAIN` is an alias of, and its SRV record names (Outlook)");
  public static final Key<Optional<HostAndPort>> CUTOVER_IMAP_SERVER =
      key(
          "cutover.imap-server",
          "",
          optional((text, home) -> CutoverParsers.server(text, 993)),
          "your IMAP server as mail programs are told it (SRV `_imaps._tcp`), with a port if it is not"
              + " 993; when empty, the one of `destination.host`, if that is a name, with `tls`");
  public static final Key<Optional<HostAndPort>> CUTOVER_SUBMISSION_SERVER =
      key(
          "cutover.submission-server",
          "",
          optional((text, home) -> CutoverParsers.server(text, 465)),
          "the server that takes mail from mail programs with TLS (SRV `_submissions._tcp`), with a port"
              + " if it is not 465");
  public static final Key<Optional<String>> CUTOVER_WEBMAIL =
      key(
          "cutover.webmail",
          "",
          optional(CutoverParsers::host),
          "your host that `webmail.DOMAIN` is an alias of");
  public static final Key<List<InetSocketAddress>> CUTOVER_RESOLVERS =
      key(
          "cutover.resolvers",
          "",
          Parsers::dnsServers,
          "the DNS resolvers that also must see your MX hosts: `192.0.2.1, [2001:db8::1]:5353`; when"
              + " empty, those of `dns.servers`");
  public static final Key<Boolean> CUTOVER_ASK_AUTHORITIES =
      key(
          "cutover.ask-authorities",
          "true",
          Parsers::truth,
          "whether the DNS servers of the domains are asked themselves; `false` where your network lets"
              + " no question to them (port 53) out");
  public static final Key<Duration> CUTOVER_LOOK =
      key(
          "cutover.look-seconds",
          "600",
          number(1, 86_400, Duration::ofSeconds),
          "how often the service looks where the mail of a domain goes that waits for its cutover; more"
              + " often while its servers disagree, and each hour at most when nothing has changed for two"
              + " weeks");
  public static final Key<String> CUTOVER_CRON =
      key(
          "cutover.cron",
          "0 0/2 * * * ?",
          Parsers::cron,
          "when the service checks for domains to look at and for final passes that are due (a Quartz"
              + " cron expression)");
  public static final Key<FinalPasses> CUTOVER_FINAL_PASSES =
      key(
          "cutover.final-passes",
          "0h, ttl, 24h, 72h, 7d",
          CutoverParsers::finalPasses,
          "when the final passes of a mailbox run after the cutover; `ttl` means when no resolver has the"
              + " old MX records any more. Further ones follow as far apart as the last time says");
  public static final Key<Integer> CUTOVER_QUIET_PASSES =
      key(
          "cutover.quiet-passes",
          "2",
          number(1, 20, Math::toIntExact),
          "how many final passes in a row have to bring nothing until there are no more of them");

  public static final Key<Optional<String>> DESTINATION_CARDDAV_URL =
      key(
          "destination.carddav-url",
          "",
          optional(Parsers::davUrl),
          "the CardDAV address book for contacts, with `{email}` in it, or the server to find "
              + "it on: [groupware.md](groupware.md#where-they-go)");
  public static final Key<Optional<String>> DESTINATION_CALDAV_URL =
      key(
          "destination.caldav-url",
          "",
          optional(Parsers::davUrl),
          "the same for the CalDAV calendar");
  public static final Key<Integer> DAV_REQUESTS_IN_FLIGHT =
      key(
          "dav.requests-in-flight",
          "4",
          number(1, 32, Math::toIntExact),
          "how many cards or events of a mailbox are sent at the same time");
  public static final Key<Set<String>> DAV_REDIRECT_HOSTS =
      key(
          "dav.redirect-hosts",
          "",
          Parsers::hosts,
          "hosts (and their subdomains) to which a CardDAV or CalDAV server may redirect us "
              + "together with the login");
  public static final Key<Set<String>> DAV_ALLOW_SCHEDULING_SERVER =
      key(
          "dav.allow-scheduling-server",
          "",
          Parsers::hosts,
          "hosts of CalDAV servers that mail attendees in any case (Zimbra), and to which "
              + "events with attendees are sent nevertheless");
  public static final Key<List<Path>> ATTACHMENTS_ALLOWED_FOLDERS =
      key(
          "attachments.allowed-folders",
          "",
          Parsers::paths,
          "folders in which a request may name files by their absolute path");

  public static final Key<Path> CERTIFICATE_TEMPLATE =
      key(
          "certificate.template",
          "config/templates/certificate.mustache",
          Parsers::path,
          "the page of certificates, a Mustache template ([certificate.md](certificate.md))");
  public static final Key<String> CERTIFICATE_ISSUER =
      key(
          "certificate.issuer",
          "",
          Parsers::text,
          "who issues the certificates; when empty, Mail Caravan");
  public static final Key<String> CERTIFICATE_CONTACT =
      key(
          "certificate.contact",
          "",
          Parsers::text,
          "whom a customer can ask; when empty, the support of the new provider");

  public static final Key<String> CLIENTS_NAME =
      key(
          "clients.name",
          "",
          Parsers::text,
          "how your service is called in mail programs; when empty, the domain of the mailbox");
  public static final Key<Optional<ClientServer>> CLIENTS_IMAP =
      key(
          "clients.imap-server",
          "",
          optional(ClientParsers.server(993, 143)),
          "the IMAP server that mail programs use: `imap.example.net`, with `:143 starttls` behind it if it is so; "
              + "when empty, the one of `cutover.imap-server`");
  public static final Key<Optional<ClientServer>> CLIENTS_POP3 =
      key(
          "clients.pop-server",
          "",
          optional(ClientParsers.server(995, 110)),
          "the same for POP3; not told when empty");
  public static final Key<Optional<ClientServer>> CLIENTS_SMTP =
      key(
          "clients.smtp-server",
          "",
          optional(ClientParsers.server(465, 587)),
          "the server that takes mail from mail programs, such as `smtp.example.net:587 starttls`; when empty, the "
              + "one of `cutover.submission-server`");
  public static final Key<ClientUserName> CLIENTS_USERNAME =
      key(
          "clients.username",
          "email",
          word(ClientUserName.values(), ClientUserName::word),
          "the user name there: the whole address (`email`), or what stands before its @ (`local-part`)");
  public static final Key<Optional<String>> CLIENTS_CARDDAV_URL =
      key(
          "clients.carddav-url",
          "",
          optional(ClientParsers::url),
          "where programs find contacts, with `{email}` in it or not; when empty, `destination.carddav-url` "
              + "if that begins with https");
  public static final Key<Optional<String>> CLIENTS_CALDAV_URL =
      key("clients.caldav-url", "", optional(ClientParsers::url), "the same for calendars");
  public static final Key<Optional<String>> CLIENTS_WEBMAIL_URL =
      key(
          "clients.webmail-url",
          "",
          optional(ClientParsers::url),
          "your webmail, such as `https://webmail.{domain}/`; not told when empty");

  public static final Key<Path> DATA_FOLDER =
      key(
          "data.folder",
          "data",
          Parsers::path,
          "database, reports, refused messages, logs; one running program uses it at a time");
  public static final Key<Optional<String>> DATABASE_URL =
      hidden(
          "database.url",
          "",
          optional(Parsers::jdbcUrl),
          "a JDBC URL of PostgreSQL or H2; when empty, an H2 database in the data folder");
  public static final Key<String> DATABASE_USERNAME =
      key("database.username", "", Parsers::text, "its user");
  public static final Key<Secret> DATABASE_PASSWORD =
      hidden("database.password", "", Parsers::secret, "its password");

  public static final Key<String> NODE_NAME =
      key(
          "node.name",
          "",
          Parsers::nodeName,
          "the name of this program among those that share a PostgreSQL, each has its own: at most"
              + " 100 letters, digits, dots and dashes; when empty, the name of the machine");

  public static final Key<Duration> NODE_LEASE =
      key(
          "node.lease-seconds",
          "60",
          number(5, 3600, Duration::ofSeconds),
          "how long a program may be gone before the others that share a PostgreSQL take over its"
              + " passes");

  public static final Key<Optional<Path>> SECRETS_KEY_FILE =
      key(
          "secrets.key-file",
          "",
          optional(Parsers::path),
          "the key that seals passwords; when empty, `secret.key` in the data folder, created "
              + "at the first start");
  public static final Key<Duration> SECRETS_KEEP =
      key(
          "secrets.keep-days",
          "30",
          number(1, 3650, Duration::ofDays),
          "how many days the service keeps the passwords of a mailbox that nothing is due for. Those of a"
              + " migration that goes on are kept until it is closed");
  public static final Key<Duration> CLOSING_CANCELLED =
      key(
          "closing.cancelled-hours",
          "24",
          number(0, 8760, Duration::ofHours),
          "how long the service keeps the passwords of a cancelled migration, so that a retry works");
  public static final Key<Duration> RETENTION =
      key(
          "retention.days",
          "90",
          number(0, 36_500, Duration::ofDays),
          "how long after its closing the service keeps what it knows of a migration: reports, addresses,"
              + " passes and ledger; 0 keeps it for ever ([life.md](life.md#retention))");

  public static final Key<Duration> SHUTDOWN_TIMEOUT =
      key(
          "service.shutdown-timeout-seconds",
          "60",
          number(1, 864_000, Duration::ofSeconds),
          "how long a stop waits for running passes, which end at their next batch");
  public static final Key<Boolean> API_ENABLED =
      key(
          "api.enabled",
          "true",
          Parsers::truth,
          "whether the service listens for the commands and for programs of yours");
  public static final Key<String> API_ADDRESS =
      key(
          "api.address",
          "127.0.0.1",
          Parsers::host,
          "the address of this machine that it listens on");
  public static final Key<Integer> API_PORT =
      key(
          "api.port",
          "8480",
          number(0, 65535, Math::toIntExact),
          "its port; 0 takes a free one, which `service.json` in the data folder then names");

  public static final Key<Path> ROUTES_FOLDER =
      key("routes.folder", "routes", Parsers::path, "the folder with the route files");
  public static final Key<Boolean> ROUTES_RELOAD =
      key(
          "routes.reload",
          "false",
          Parsers::truth,
          "whether a running service uses route files that change: "
              + "[routes.md](routes.md#in-a-running-service)");

  /** The words of {@code mail.protocol}. */
  public enum MailProtocol {
    IMAP("imap", 143, 993),
    POP3("pop3", 110, 995);

    private final String word;
    private final int port;
    private final int tlsPort;

    MailProtocol(String word, int port, int tlsPort) {
      this.word = word;
      this.port = port;
      this.tlsPort = tlsPort;
    }

    /** As Jakarta Mail calls it. */
    public String word() {
      return word;
    }

    int usualPort(Security security) {
      return security == Security.TLS ? tlsPort : port;
    }
  }

  /** The words of {@code mail.after}. */
  public enum AfterMail {
    DELETE("delete"),
    MOVE("move");

    private final String word;

    AfterMail(String word) {
      this.word = word;
    }

    String word() {
      return word;
    }
  }

  public static final Key<Optional<String>> MAIL_HOST =
      key(
          "mail.host",
          "",
          optional(Parsers::host),
          "the server of the support mailbox, from which requests are taken; none when empty");
  public static final Key<MailProtocol> MAIL_PROTOCOL =
      key(
          "mail.protocol",
          "imap",
          word(MailProtocol.values(), MailProtocol::word),
          "how it is read: `imap` or `pop3`");
  public static final Key<Optional<Integer>> MAIL_PORT =
      key(
          "mail.port",
          "",
          optional(number(1, 65535, Math::toIntExact)),
          "its port; when empty, the usual one");
  public static final Key<Security> MAIL_SECURITY =
      key(
          "mail.security",
          "tls",
          word(Security.values(), Security::word),
          "`tls`, `starttls` or `none`");
  public static final Key<String> MAIL_USERNAME =
      key("mail.username", "", Parsers::text, "the login name of the support mailbox");
  public static final Key<Secret> MAIL_PASSWORD =
      hidden("mail.password", "", Parsers::secret, "its password");
  public static final Key<String> MAIL_FOLDER =
      key("mail.folder", "INBOX", Parsers::text, "the folder that is watched");
  public static final Key<Duration> MAIL_POLL =
      key(
          "mail.poll-millis",
          "30000",
          number(50, 3_600_000, Duration::ofMillis),
          "how often it is looked into");
  public static final Key<Boolean> MAIL_IDLE =
      key(
          "mail.idle",
          "true",
          Parsers::truth,
          "whether its server is asked to tell when mail arrives (IDLE of IMAP)");
  public static final Key<Duration> MAIL_IDLE_RENEWAL =
      key(
          "mail.idle-minutes",
          "5",
          number(1, 28, Duration::ofMinutes),
          "how often IDLE is renewed");
  public static final Key<AfterMail> MAIL_AFTER =
      key(
          "mail.after",
          "delete",
          word(AfterMail.values(), AfterMail::word),
          "what becomes of a mail that was taken: `delete` or `move`");
  public static final Key<String> MAIL_TAKEN_FOLDER =
      key("mail.taken-folder", "", Parsers::text, "where it is moved");
  public static final Key<String> MAIL_UNCLEAR_FOLDER =
      key(
          "mail.unclear-folder",
          "",
          Parsers::text,
          "where mails go that are no requests, or wait for a person; when empty, they stay");
  public static final Key<Set<String>> MAIL_ALLOWED_SENDERS =
      key(
          "mail.allowed-senders",
          "",
          Parsers::senders,
          "whose mails are requests: addresses, and domains such as `@agency.example`");
  public static final Key<String> MAIL_AUTHSERV_ID =
      key(
          "mail.authserv-id",
          "",
          Parsers::text,
          "the name in the Authentication-Results of your mail server; with it, everybody whose "
              + "domain has dmarc=pass may send requests");
  public static final Key<Path> MAIL_LABELS =
      key(
          "mail.labels",
          "config/mail-labels.properties",
          Parsers::path,
          "how people name the fields of a mailbox in a mail");
  public static final Key<Path> MAIL_TEMPLATES =
      key(
          "mail.templates",
          "config/templates",
          Parsers::path,
          "the folder with the texts of answers");
  public static final Key<Integer> MAIL_LARGEST =
      key(
          "mail.largest-mib",
          "25",
          number(1, 200, Math::toIntExact),
          "how large a mail may be that is read");
  public static final Key<Integer> MAIL_ANSWERS_PER_HOUR =
      key(
          "mail.answers-per-hour",
          "10",
          number(0, 1000, Math::toIntExact),
          "how many answers one address gets within an hour");
  public static final Key<Duration> ANSWERS_POLL =
      key(
          "answers.poll-millis",
          "15000",
          number(100, 3_600_000, Duration::ofMillis),
          "how often the service looks for answers that are due, by mail and in files");
  public static final Key<Language> MAIL_LANGUAGE =
      key(
          "mail.language",
          "en",
          word(Language.values(), Language::word),
          "the language of answers to requests that do not tell theirs: `en` or `de`");
  public static final Key<Optional<InternetAddress>> MAIL_FROM =
      key(
          "mail.from",
          "",
          optional(Parsers::mailAddress),
          "the address that answers come from, with or without a name");
  public static final Key<Optional<InternetAddress>> MAIL_ENVELOPE_FROM =
      key(
          "mail.envelope-from",
          "",
          optional(Parsers::mailAddress),
          "the address that reports of failed deliveries of answers go to; none when empty");
  public static final Key<Optional<String>> SMTP_HOST =
      key("smtp.host", "", optional(Parsers::host), "the server that answers go out by");
  public static final Key<Optional<Integer>> SMTP_PORT =
      key(
          "smtp.port",
          "",
          optional(number(1, 65535, Math::toIntExact)),
          "its port; when empty, 465 with `tls`, 587 with `starttls`, 25 with `none`");
  public static final Key<Security> SMTP_SECURITY =
      key(
          "smtp.security",
          "tls",
          word(Security.values(), Security::word),
          "`tls`, `starttls` or `none`");
  public static final Key<String> SMTP_USERNAME =
      key("smtp.username", "", Parsers::text, "the login name there, if it wants one");
  public static final Key<Secret> SMTP_PASSWORD =
      hidden("smtp.password", "", Parsers::secret, "the password for it");

  public static final Key<List<InternetAddress>> OPERATORS_MAIL =
      key(
          "operators.mail",
          "",
          Parsers::mailAddresses,
          "the addresses that the digest is mailed to once a day ([digest.md](digest.md)); none when empty");
  public static final Key<LocalTime> OPERATORS_DIGEST_AT =
      key(
          "operators.digest-at",
          "07:00",
          Parsers::timeOfDay,
          "when it is mailed, in `schedule.time-zone`");
  public static final Key<Duration> TELL_POLL =
      key(
          "tell.poll-millis",
          "15000",
          number(50, 3_600_000, Duration::ofMillis),
          "how often it is seen whether there is something to tell of migrations: [tickets.md](tickets.md)");
  public static final Key<Duration> TELL_PATIENCE =
      key(
          "tell.patience-seconds",
          "15",
          number(1, 60, Duration::ofSeconds),
          "how long a webhook or a help desk may take until it begins to answer");
  public static final Key<Set<MigrationMessage>> TELL_MAIL_MESSAGES =
      key(
          "tell.mail.messages",
          "started, slipped, first-pass-done, cutover, lapsed, complete",
          TellParsers::messages,
          "what is told by mail to whoever sent a request by mail, in its thread");
  public static final Key<Integer> TELL_MAIL_PER_HOUR =
      key(
          "tell.mail.per-hour",
          "20",
          number(1, 1000, Math::toIntExact),
          "how many such mails one address gets within an hour; more wait");
  public static final Key<Set<MigrationMessage>> TELL_DROP_MESSAGES =
      key(
          "tell.drop.messages",
          "started, slipped, needs-attention, first-pass-done, cutover, lapsed, complete, closed, cancelled",
          TellParsers::messages,
          "what is told of a dropped file, in a `.told.txt` beside its answer");
  public static final Key<Optional<URI>> TELL_WEBHOOK_URL =
      key(
          "tell.webhook.url",
          "",
          optional(Parsers::ownUrl),
          "where a program of yours is told by a `POST`; https, or http on this machine");
  public static final Key<Secret> TELL_WEBHOOK_SECRET =
      hidden(
          "tell.webhook.secret", "", Parsers::secret, "the key that each such call is signed with");
  public static final Key<Set<MigrationMessage>> TELL_WEBHOOK_MESSAGES =
      key("tell.webhook.messages", "all", TellParsers::messages, "what it is told");
  public static final Key<Optional<URI>> TELL_WHMCS_URL =
      key(
          "tell.whmcs.url",
          "",
          optional(Parsers::ownUrl),
          "the API of your WHMCS, such as `https://billing.example.com/includes/api.php`");
  public static final Key<String> TELL_WHMCS_IDENTIFIER =
      key("tell.whmcs.identifier", "", Parsers::text, "the identifier of its API credentials");
  public static final Key<Secret> TELL_WHMCS_SECRET =
      hidden("tell.whmcs.secret", "", Parsers::secret, "the secret of its API credentials");
  public static final Key<String> TELL_WHMCS_ADMIN =
      key(
          "tell.whmcs.admin",
          "",
          Parsers::text,
          "the login name of the WHMCS administrator whose replies these are");
  public static final Key<Set<MigrationMessage>> TELL_WHMCS_MESSAGES =
      key("tell.whmcs.messages", "all", TellParsers::messages, "what it is told");
  public static final Key<Optional<URI>> TELL_ZAMMAD_URL =
      key(
          "tell.zammad.url",
          "",
          optional(Parsers::ownUrl),
          "your Zammad, such as `https://support.example.com`");
  public static final Key<Secret> TELL_ZAMMAD_TOKEN =
      hidden("tell.zammad.token", "", Parsers::secret, "an access token for it");
  public static final Key<Set<MigrationMessage>> TELL_ZAMMAD_MESSAGES =
      key("tell.zammad.messages", "all", TellParsers::messages, "what it is told");
  public static final Key<Optional<URI>> TELL_ZENDESK_URL =
      key(
          "tell.zendesk.url",
          "",
          optional(Parsers::ownUrl),
          "your Zendesk, such as `https://example.zendesk.com`");
  public static final Key<String> TELL_ZENDESK_USERNAME =
      key("tell.zendesk.username", "", Parsers::text, "the address of the agent whose token it is");
  public static final Key<Secret> TELL_ZENDESK_TOKEN =
      hidden("tell.zendesk.token", "", Parsers::secret, "an API token for it");
  public static final Key<Set<MigrationMessage>> TELL_ZENDESK_MESSAGES =
      key("tell.zendesk.messages", "all", TellParsers::messages, "what it is told");
  public static final Key<Optional<URI>> TELL_FRESHDESK_URL =
      key(
          "tell.freshdesk.url",
          "",
          optional(Parsers::ownUrl),
          "your Freshdesk, such as `https://example.freshdesk.com`");
  public static final Key<Secret> TELL_FRESHDESK_KEY =
      hidden("tell.freshdesk.api-key", "", Parsers::secret, "the API key of the agent who replies");
  public static final Key<Set<MigrationMessage>> TELL_FRESHDESK_MESSAGES =
      key("tell.freshdesk.messages", "all", TellParsers::messages, "what it is told");
  public static final Key<String> TELL_TICKET_PATTERN =
      key(
          "tell.ticket-pattern",
          "(?i)\\[(?:ticket)?(?: id)?[:#][ #]*([a-z0-9-]*[0-9])]",
          Parsers::patternOfOneGroup,
          "the regular expression that finds the number of a ticket in the subject of a request by mail, as its only group; none when empty");
  public static final Key<List<String>> TELL_RECEIVERS =
      key(
          "tell.receivers",
          "",
          TellParsers::receivers,
          "the names of receivers of your own, each with a route: "
              + "[tickets.md](tickets.md#a-receiver-of-your-own)");

  /** All of them. */
  static final List<Key<?>> ALL = List.copyOf(DECLARED);

  private Keys() {}

  private static <T> Key<T> key(String name, String standard, Key.Parser<T> parser, String effect) {
    return declared(new Key<>(name, standard, false, parser, effect));
  }

  /** A property whose value may hold a password. */
  private static <T> Key<T> hidden(
      String name, String standard, Key.Parser<T> parser, String effect) {
    return declared(new Key<>(name, standard, true, parser, effect));
  }

  /** A property without which nothing starts. */
  private static <T> Key<T> required(String name, Key.Parser<T> parser, String effect) {
    return declared(new Key<>(name, null, false, parser, effect));
  }

  private static <T> Key<T> declared(Key<T> key) {
    DECLARED.add(key);
    return key;
  }
}
