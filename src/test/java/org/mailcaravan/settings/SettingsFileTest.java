package org.mailcaravan.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.mailcaravan.model.Owner;
import org.mailcaravan.model.Problem;
import org.mailcaravan.model.RequestRejected;
import org.mailcaravan.model.Secret;
import org.mailcaravan.model.Security;
import org.mailcaravan.model.Server;
import org.mailcaravan.providers.Provider;
import org.mailcaravan.providers.ProvidersFile;

class SettingsFileTest {
  private final Path home;
  private Path config;

  SettingsFileTest(@TempDir Path home) {
    this.home = home;
  }

  @BeforeEach
  void makeFolder() throws IOException {
    config = Files.createDirectory(home.resolve("config"));
  }

  private Settings read(String text, Map<String, String> overrides, Map<String, String> variables) {
    try {
      Files.writeString(config.resolve(SettingsFile.NAME), text);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    return SettingsFile.read(config, home, overrides, variables);
  }

  private Settings read(String... lines) {
    return read(String.join("\n", lines), Map.of(), Map.of());
  }

  private Problem problemOf(String... lines) {
    return problemOf(String.join("\n", lines), Map.of());
  }

  private Problem problemOf(String text, Map<String, String> overrides) {
    return catchThrowableOfType(
            RequestRejected.class, () -> read(text, overrides, Map.of("HOME_PORT", "993")))
        .problem();
  }

  /** Whoever checks a list need not know the passwords of the support mailbox. */
  @Test
  void aCommandWithoutMailsNeedsNoPasswordForThem() {
    String text =
        """
        destination.host=mail.example.com
        mail.host=mail.example.com
        mail.username=support@example.com
        mail.password={{env:SUPPORT_PASSWORD}}
        mail.from=support@example.com
        mail.authserv-id=mx.example.com
        mail.language=de
        smtp.host=mail.example.com
        smtp.password={{env:SUPPORT_PASSWORD}}
        """;
    assertThat(problemOf(text, Map.of()).toString()).contains("SUPPORT_PASSWORD is not set");

    Settings without =
        SettingsFile.read(config, home, Map.of(), Map.of(), SettingsFile.Use.COMMAND);
    assertThat(without.get(Keys.MAIL_HOST)).isEmpty();
    assertThat(without.get(Keys.MAIL_LANGUAGE))
        .isEqualTo(read(text, Map.of(), Map.of("SUPPORT_PASSWORD", "x")).get(Keys.MAIL_LANGUAGE));
    Settings with =
        SettingsFile.read(
            config, home, Map.of(), Map.of("SUPPORT_PASSWORD", "secret"), SettingsFile.Use.COMMAND);
    assertThat(with.get(Keys.MAIL_HOST)).hasValue("mail.example.com");
  }

  /** An engineer has the route files, and not what is needed to connect. */
  @Test
  void whatOnlyConnectionsNeedMayBeMissingWhereRouteFilesAreChecked() throws IOException {
    Files.writeString(
        config.resolve(SettingsFile.NAME),
        """
        destination.auth=master-user
        destination.master-user=caravan
        destination.master-password={{env:MASTER_PASSWORD}}
        route.webhook-token={{env:WEBHOOK_TOKEN}}
        """);

    Settings settings =
        SettingsFile.read(
            config, home, Map.of(), Map.of("WEBHOOK_TOKEN", "t"), SettingsFile.Use.ROUTE_FILES);

    assertThat(settings.get(Keys.DESTINATION_HOST)).isEqualTo("unset.invalid");
    assertThat(settings.properties()).containsEntry("route.webhook-token", "t");
    assertThat(
            SettingsFile.read(config, home, Map.of(), Map.of(), SettingsFile.Use.ROUTE_FILES)
                .properties())
        .containsEntry("route.webhook-token", "unset.invalid");
  }

  @Test
  void fillsInEveryDefault() {
    Settings settings = read("destination.host=mail.example.com");

    requireValues(
        settings,
        Map.ofEntries(
            Map.entry(Keys.DROP_FOLDER, home.resolve("drop")),
            Map.entry(Keys.DROP_POLL, Duration.ofSeconds(1)),
            Map.entry(Keys.SOURCE_ALLOWED_HOSTS, Set.of()),
            Map.entry(Keys.SOURCE_INSECURE_HOSTS, Set.of()),
            Map.entry(Keys.PROVIDERS_FILE, home.resolve("config/providers.yaml")),
            Map.entry(Keys.SOURCE_DISCOVERY, Keys.Discovery.ASK),
            Map.entry(Keys.DNS_SERVERS, List.of()),
            Map.entry(Keys.DESTINATION_CARDDAV_URL, Optional.empty()),
            Map.entry(Keys.DESTINATION_CALDAV_URL, Optional.empty()),
            Map.entry(Keys.TLS_EXTRA_CA_FILE, Optional.empty()),
            Map.entry(Keys.CONNECT_TIMEOUT, Duration.ofSeconds(30)),
            Map.entry(Keys.READ_TIMEOUT, Duration.ofMinutes(5)),
            Map.entry(Keys.LONGEST_WAIT, Duration.ofMinutes(30)),
            Map.entry(Keys.MAILBOXES_AT_ONCE, 4),
            Map.entry(Keys.HOST_MAILBOXES_AT_ONCE, Optional.empty()),
            Map.entry(Keys.HOST_LIMITS, Map.of()),
            Map.entry(Keys.MAILBOX_LANES, 8),
            Map.entry(Keys.MAILBOX_CONNECTIONS, 1),
            Map.entry(Keys.MAILBOX_COMPRESSION, true),
            Map.entry(Keys.BATCH_MESSAGES, 2_000),
            Map.entry(Keys.BATCH_BYTES, 6L << 20),
            Map.entry(Keys.MEMORY_BYTES, 48L << 20),
            Map.entry(Keys.SPOOL_BYTES, 16L << 30),
            Map.entry(Keys.SET_ASIDE_BYTES, 2L << 30),
            Map.entry(Keys.MIRROR_DELETIONS, false),
            Map.entry(Keys.RETRY_ATTEMPTS, 5),
            Map.entry(Keys.RETRY_DELAY, Duration.ofSeconds(1)),
            Map.entry(Keys.RETRY_MAXIMUM_DELAY, Duration.ofMinutes(1)),
            Map.entry(Keys.RETRY_OBEY_WAITS, true),
            Map.entry(Keys.RESYNC_CRON, "0 0 3 * * ?"),
            Map.entry(Keys.ATTACHMENTS_ALLOWED_FOLDERS, List.of()),
            Map.entry(Keys.DATA_FOLDER, home.resolve("data")),
            Map.entry(Keys.DATABASE_URL, Optional.empty()),
            Map.entry(Keys.DATABASE_USERNAME, ""),
            Map.entry(Keys.DATABASE_PASSWORD, Secret.of("")),
            Map.entry(Keys.NODE_NAME, MachineName.here()),
            Map.entry(Keys.SECRETS_KEEP, Duration.ofDays(30)),
            Map.entry(Keys.SHUTDOWN_TIMEOUT, Duration.ofMinutes(1)),
            Map.entry(Keys.ROUTES_FOLDER, home.resolve("routes"))));
    assertThat(settings.destination()).isEqualTo(new Server("mail.example.com", 993, Security.TLS));
    assertThat(settings.destinationAuth()).isEqualTo(new DestinationAuth.RowPassword());
    assertThat(settings.keyFile()).isEqualTo(home.resolve("data/secret.key"));
  }

  private static void requireValues(Settings settings, Map<Key<?>, Object> expected) {
    assertThat(expected)
        .allSatisfy((key, value) -> assertThat(settings.get(key)).as(key.name()).isEqualTo(value));
  }

  @Test
  void readsEveryProperty() {
    String text =
        """
        drop.folder=/srv/drop
        drop.poll-millis=250
        source.allowed-hosts=LOCALHOST, 127.0.0.1 ,
        source.insecure-hosts=old.münchen.example
        dns.servers=192.0.2.1, [2001:db8::1]:5353
        destination.host=Mail.Example.com
        destination.security=starttls\s
        destination.auth=master-user
        destination.master-user=admin
        destination.master-password= {{env:MASTER}}\s
        destination.carddav-url=https://dav.example.com/{email}/contacts/
        destination.caldav-url=http://localhost:5232/{email}/calendar/
        tls.extra-ca-file=ca.pem
        connection.connect-timeout-seconds=5
        connection.read-timeout-seconds=60
        connection.longest-wait-minutes=7
        mailboxes.at-once=8
        host.mailboxes-at-once=5
        host.limits=Gmail.com=10, old.example = 2
        copy.batch-messages=10
        copy.batch-kib=1024
        copy.memory-mib=2
        copy.spool-mib=3
        copy.set-aside-mib=0
        pass.mirror-deletions=true
        retry.attempts=0
        retry.delay-millis=1
        retry.maximum-delay-millis=1
        retry.obey-waits=false
        resync.cron=0 30 2 ? * MON-FRI
        attachments.allowed-folders=exports,/srv/exports
        data.folder=../data
        database.url=jdbc:postgresql://db/mail
        database.username=caravan
        database.password={{env:NONE:p:w}d}}
        node.name=mover-2.example.com
        secrets.key-file=/etc/key
        secrets.keep-days=7
        service.shutdown-timeout-seconds=10
        routes.folder=flows
        """;
    // The variable's value is taken as it is.
    Settings settings =
        read(text, Map.of("mailboxes.at-once", "9"), Map.of("MASTER", "a$1 {{env:X}} ü"));

    requireValues(
        settings,
        Map.ofEntries(
            Map.entry(Keys.DROP_FOLDER, Path.of("/srv/drop")),
            Map.entry(Keys.DROP_POLL, Duration.ofMillis(250)),
            Map.entry(Keys.SOURCE_ALLOWED_HOSTS, Set.of("localhost", "127.0.0.1")),
            Map.entry(Keys.SOURCE_INSECURE_HOSTS, Set.of("old.xn--mnchen-3ya.example")),
            Map.entry(
                Keys.DNS_SERVERS,
                List.of(
                    new InetSocketAddress("192.0.2.1", 53),
                    new InetSocketAddress("2001:db8::1", 5353))),
            Map.entry(
                Keys.DESTINATION_CARDDAV_URL,
                Optional.of("https://dav.example.com/{email}/contacts/")),
            Map.entry(
                Keys.DESTINATION_CALDAV_URL,
                Optional.of("http://localhost:5232/{email}/calendar/")),
            Map.entry(Keys.TLS_EXTRA_CA_FILE, Optional.of(home.resolve("ca.pem"))),
            Map.entry(Keys.CONNECT_TIMEOUT, Duration.ofSeconds(5)),
            Map.entry(Keys.READ_TIMEOUT, Duration.ofMinutes(1)),
            Map.entry(Keys.LONGEST_WAIT, Duration.ofMinutes(7)),
            Map.entry(Keys.MAILBOXES_AT_ONCE, 9),
            Map.entry(Keys.HOST_MAILBOXES_AT_ONCE, Optional.of(5)),
            Map.entry(Keys.HOST_LIMITS, Map.of("gmail.com", 10, "old.example", 2)),
            Map.entry(Keys.BATCH_MESSAGES, 10),
            Map.entry(Keys.BATCH_BYTES, 1L << 20),
            Map.entry(Keys.MEMORY_BYTES, 2L << 20),
            Map.entry(Keys.SPOOL_BYTES, 3L << 20),
            Map.entry(Keys.SET_ASIDE_BYTES, 0L),
            Map.entry(Keys.MIRROR_DELETIONS, true),
            Map.entry(Keys.RETRY_ATTEMPTS, 0),
            Map.entry(Keys.RETRY_DELAY, Duration.ofMillis(1)),
            Map.entry(Keys.RETRY_MAXIMUM_DELAY, Duration.ofMillis(1)),
            Map.entry(Keys.RETRY_OBEY_WAITS, false),
            Map.entry(Keys.RESYNC_CRON, "0 30 2 ? * MON-FRI"),
            Map.entry(
                Keys.ATTACHMENTS_ALLOWED_FOLDERS,
                List.of(home.resolve("exports"), Path.of("/srv/exports"))),
            Map.entry(Keys.DATA_FOLDER, home.resolveSibling("data")),
            Map.entry(Keys.DATABASE_URL, Optional.of("jdbc:postgresql://db/mail")),
            Map.entry(Keys.DATABASE_USERNAME, "caravan"),
            Map.entry(Keys.DATABASE_PASSWORD, Secret.of("p:w}d")),
            Map.entry(Keys.NODE_NAME, "mover-2.example.com"),
            Map.entry(Keys.SECRETS_KEEP, Duration.ofDays(7)),
            Map.entry(Keys.SHUTDOWN_TIMEOUT, Duration.ofSeconds(10)),
            Map.entry(Keys.ROUTES_FOLDER, home.resolve("flows"))));
    assertThat(settings.destination())
        .isEqualTo(new Server("mail.example.com", 143, Security.STARTTLS));
    assertThat(settings.destinationAuth())
        .isEqualTo(new DestinationAuth.MasterUser("admin", Secret.of("a$1 {{env:X}} ü ")));
    assertThat(settings.keyFile()).isEqualTo(Path.of("/etc/key"));
  }

  @Test
  void showsTheRoutesWhatIsInForce() {
    Settings settings =
        read(
            """
            destination.host=MAIL.example.com
            destination.master-password=hunter2
            database.password=hunter3
            route.pause-millis={{env:PAUSE:7}}
            camel.main.name={{env:NAME:caravan}}
            """,
            Map.of("route.colour", "green"),
            Map.of("PAUSE", "8"));

    assertThat(settings.properties())
        .containsEntry("drop.folder", home.resolve("drop").toString())
        .containsEntry("drop.poll-millis", "1000")
        .containsEntry("destination.port", "993")
        .containsEntry("secrets.key-file", home.resolve("data/secret.key").toString())
        .containsEntry("resync.cron", "0 0 3 * * ?")
        .containsEntry("route.pause-millis", "8")
        .containsEntry("route.colour", "green")
        .containsEntry("camel.main.name", "{{env:NAME:caravan}}")
        .doesNotContainKeys("destination.master-password", "database.password");
    assertThat(settings.properties().toString()).doesNotContain("hunter");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "destination.hots=x | there is no property destination.hots, did you mean destination.host?",
        "Drop.Folder=x | there is no property Drop.Folder, did you mean drop.folder?",
        "colour=green | there is no property colour",
        "drop.poll-millis=abc | drop.poll-millis = \"abc\" is not a whole number from 50 to 3600000",
        "drop.poll-millis= | drop.poll-millis = \"\" is not a whole number from 50 to 3600000",
        "tell.ticket-pattern=#[0-9]+ | tell.ticket-pattern = \"#[0-9]+\" has not exactly one group (...); write others as (?:...)",
        "tell.ticket-pattern=#([0-9]+ | tell.ticket-pattern = \"#([0-9]+\" is no regular expression: Unclosed group",
        "destination.port=65536 | destination.port = \"65536\" is not a whole number from 1 to 65535",
        "destination.port={{env:HOME_PORT}}x | destination.port = \"993x\" is not a whole number from 1 to 65535",
        "destination.port={{env:NO_PORT}} | destination.port: the environment variable NO_PORT is not set",
        "destination.security=ssl | destination.security = \"ssl\" is none of tls, starttls, none",
        "dns.servers=ns.example | dns.servers = \"ns.example\" holds what is no IP address, such as 192.0.2.1, 192.0.2.1:53 or [2001:db8::1]",
        "dns.servers=192.0.2.300 | dns.servers = \"192.0.2.300\" is not an IPv4 address",
        "dns.servers=192.0.2.1:0 | dns.servers = \"192.0.2.1:0\" is not a whole number from 1 to 65535",
        "source.discovery=yes | source.discovery = \"yes\" is none of off, presets, ask, trust",
        "oauth.contoso.client-idd=a | there is no property oauth.contoso.client-idd, did you mean oauth.contoso.client-id?",
        "oauth.Contoso.client-id=a | oauth.Contoso.client-id names no profile",
        "oauth.contoso.provider=google | oauth.contoso.key-file is not set",
        "oauth.contoso.provider=yahoo | oauth.contoso.provider = \"yahoo\" is none of microsoft, google, other",
        "oauth.contoso.client-id=a | oauth.contoso.kind is not set",
        "oauth.contoso.key-file=none.json | oauth.contoso.kind is not set",
        "destination.auth=oauth | destination.auth = \"oauth\" is none of password, master-user, authorization-identity, oauth2",
        "source.allowed-hosts=a,b:143 | source.allowed-hosts = \"a,b:143\" has a port after the name of the server",
        "dav.requests-in-flight=0 | dav.requests-in-flight = \"0\" is not a whole number from 1 to 32",
        "destination.caldav-url=ftp://x/{email} | destination.caldav-url = \"ftp://x/{email}\" is not a URL that begins with https:// or http:// and the name of a server",
        "destination.caldav-url=http://me:hunter2@x/{email} | destination.caldav-url = \"http://(not shown)@x/{email}\" is not a URL that begins with https:// or http:// and the name of a server",
        "database.url=mysql://me:hunter2@x | database.url = (a value that is not shown) begins with neither jdbc:postgresql: nor jdbc:h2:",
        "drop.folder= | drop.folder = \"\" is empty",
        "host.limits=gmail.com | host.limits = \"gmail.com\" has a part without =, such as gmail.com=10",
        "host.limits=gmail.com=0 | host.limits = \"gmail.com=0\" is not a whole number from 1 to 1000",
        "host.limits=a=1,A=2 | host.limits = \"a=1,A=2\" names a twice",
        "copy.memory-mib=7 | copy.memory-mib is less than two batches of copy.batch-kib",
        "pass.mirror-deletions=yes | pass.mirror-deletions = \"yes\" is neither true nor false",
        "retry.maximum-delay-millis=999 | retry.maximum-delay-millis is less than retry.delay-millis",
        "destination.host=y | destination.host is set on line 1 already",
      })
  void namesLineAndCauseOfWhatIsWrong(String line, String cause) {
    Problem problem = problemOf("destination.host=mail.example.com", "# comment", line);

    assertThat(problem.place().toString()).isEqualTo("config/application.properties line 3");
    assertThat(problem.cause()).isEqualTo(cause);
    assertThat(problem.owner()).isEqualTo(Owner.US);
    assertThat(problem.nextStep()).endsWith(".");
    assertThat(problem.toString()).doesNotContain("hunter2");
  }

  @Test
  void saysWhatIsWrongWithACronExpression() {
    assertThat(problemOf("destination.host=a", "resync.cron=0 0 25 * * ?").cause())
        .startsWith(
            "resync.cron = \"0 0 25 * * ?\" is not a cron expression of Quartz (Hour values must");
  }

  private static Set<String> servers(Settings settings, String profile) {
    return Objects.requireNonNull(settings.oauthProfiles().get(profile)).servers();
  }

  @Test
  void tokensOfAKnownProviderGoToItsServersAndTheirOtherNames() {
    Settings settings =
        read(
            "destination.host=a",
            "oauth.m.provider=microsoft",
            "oauth.m.tenant=t",
            "oauth.m.client-id=i",
            "oauth.m.client-secret=s",
            "oauth.g.provider=google",
            "oauth.g.key-file=config/application.properties");
    Map<String, String> providers = Map.of("m", "microsoft", "g", "gmail");
    for (Provider provider : ProvidersFile.read(Path.of("config/providers.yaml")).all()) {
      providers.forEach(
          (profile, id) -> {
            Set<String> servers = servers(settings, profile);
            Server server = provider.server();
            if (provider.id().equals(id) && server != null) {
              assertThat(servers).contains(server.host()).containsAll(provider.otherHosts());
            } else if (server != null) {
              assertThat(servers).doesNotContain(server.host());
            }
          });
    }
  }

  @Test
  void theServersOfAProfileAreNames() {
    String[] lines = {
      "destination.host=a",
      "oauth.m.kind=refresh-token",
      "oauth.m.token-url=https://login.example/token",
      "oauth.m.client-id=i",
      "oauth.m.refresh-token=s",
      "oauth.m.servers=IMAP.Old.Example, dav.old.example."
    };
    assertThat(servers(read(lines), "m"))
        .containsExactlyInAnyOrder("imap.old.example", "dav.old.example");
    lines[5] = "oauth.m.servers=imap.old.example,https://dav.old.example";
    assertThat(problemOf(lines).cause())
        .isEqualTo("oauth.m.servers has a part that is a URL, not the bare name of a server");
  }

  @Test
  void needsADestinationHost() {
    assertThat(problemOf("#destination.host=mail.example.com"))
        .extracting(problem -> problem.place().toString(), Problem::cause)
        .containsExactly("config/application.properties", "destination.host is not set");
    assertThat(problemOf("\ndestination.host= ").place().toString())
        .isEqualTo("config/application.properties line 2");
  }

  @ParameterizedTest
  @ValueSource(strings = {"master-user", "authorization-identity"})
  void needsTheMasterOfAMasterLogin(String auth) {
    assertThat(
            catchThrowableOfType(
                RequestRejected.class,
                () -> read("destination.host=a", "destination.auth=" + auth)))
        .hasMessageContaining("destination.master-user is not set, and destination.auth = " + auth)
        .hasMessageContaining(
            "destination.master-password is not set, and destination.auth = " + auth);
  }

  @ParameterizedTest
  @ValueSource(strings = {"destination.carddav-url", "destination.caldav-url"})
  void anAdministratorForAllIsNotSentToHisOwnCollections(String url) {
    List<String> lines =
        List.of("destination.host=a", "destination.master-user=b", "destination.master-password=c");
    String administrator = "destination.auth=authorization-identity\n" + String.join("\n", lines);
    Key<Optional<String>> key =
        url.equals(Keys.DESTINATION_CARDDAV_URL.name())
            ? Keys.DESTINATION_CARDDAV_URL
            : Keys.DESTINATION_CALDAV_URL;

    Problem problem = problemOf(administrator, url + "=https://dav.example.com/");

    assertThat(problem.place().toString()).isEqualTo("config/application.properties line 5");
    assertThat(problem.cause())
        .startsWith(url + " has no {email} in it")
        .contains("the collections of the administrator");
    assertThat(read(administrator, url + "=https://dav.example.com/{email}/").get(key))
        .contains("https://dav.example.com/{email}/");
    // Dovecot's way names the mailbox in the login.
    assertThat(
            read(
                    administrator.replace("authorization-identity", "master-user"),
                    url + "=https://dav.example.com/")
                .get(key))
        .contains("https://dav.example.com/");
  }

  @Test
  void namesTheOverrideThatIsWrong() {
    assertThat(problemOf("destination.host=a", Map.of("destination.hots", "b")))
        .extracting(problem -> problem.place().toString(), Problem::cause)
        .containsExactly(
            "--set destination.hots",
            "there is no property destination.hots, did you mean destination.host?");
    assertThat(problemOf("destination.host=a", Map.of("mailboxes.at-once", "0")).place().toString())
        .isEqualTo("--set mailboxes.at-once");
  }

  @Test
  void tellsEverythingThatIsWrongAtOnce() {
    RequestRejected rejected =
        catchThrowableOfType(
            RequestRejected.class,
            () ->
                read(
                    "drop.poll-millis=x\ncolour=green\ndestination.port=0",
                    Map.of("mailboxes.at-once", "0"),
                    Map.of()));

    assertThat(rejected.problems())
        .extracting(problem -> problem.place() + ": " + problem.cause())
        .containsExactly(
            "config/application.properties: destination.host is not set",
            "config/application.properties line 1: drop.poll-millis = \"x\" is not a whole number from"
                + " 50 to 3600000",
            "config/application.properties line 2: there is no property colour",
            "config/application.properties line 3: destination.port = \"0\" is not a whole number"
                + " from 1 to 65535",
            "--set mailboxes.at-once: mailboxes.at-once = \"0\" is not a whole number from 1 to 1000");
  }

  @Test
  void saysThatThereIsNoFile() {
    RequestRejected rejected =
        catchThrowableOfType(
            RequestRejected.class,
            () -> SettingsFile.read(home.resolve("nowhere"), home, Map.of(), Map.of()));

    assertThat(rejected.problem().place().toString())
        .isEqualTo(home.resolve("nowhere/application.properties").toString());
    assertThat(rejected.problem().cause()).isEqualTo("the file does not exist");
  }

  @Test
  void readsUtf8WithAByteOrderMarkAndNamesTheLineOfOtherText() throws IOException {
    assertThat(read("\uFEFFdestination.host=a").destination().host()).isEqualTo("a");

    Path file = config.resolve(SettingsFile.NAME);
    Files.write(file, "destination.host=a\n# Grüße\n".getBytes(StandardCharsets.ISO_8859_1));
    RequestRejected rejected =
        catchThrowableOfType(
            RequestRejected.class, () -> SettingsFile.read(config, home, Map.of(), Map.of()));
    assertThat(rejected.problem().place().toString())
        .isEqualTo("config/application.properties line 2");
  }

  @Test
  void shipsAFileThatNamesEveryPropertyOnceWithItsDefaultAndAComment() throws IOException {
    Path shipped = Path.of("config");
    List<String> lines = Files.readAllLines(shipped.resolve(SettingsFile.NAME));

    List<String> named =
        lines.stream()
            .filter(line -> line.matches("#?[a-z-]+(?:\\.[a-z-]+)+=.*"))
            .map(line -> line.replaceFirst("^#", "").replace("\\\\", "\\"))
            .toList();
    assertThat(named)
        .containsExactlyElementsOf(
            Keys.ALL.stream()
                .map(
                    key ->
                        key.name()
                            + "="
                            + (key.standard() == null ? "mail.example.com" : key.standard()))
                .toList());
    for (int i = 0; i < lines.size(); i++) {
      if (lines.get(i).matches("#?[a-z-]+(?:\\.[a-z-]+)+=.*")) {
        assertThat(lines.get(i - 1))
            .as("the line above " + lines.get(i))
            .startsWith("# ")
            .hasSizeGreaterThan(20);
      }
    }

    Settings fromFile = SettingsFile.read(shipped, home, Map.of("destination.host", "a"), Map.of());
    Settings standard = read("destination.host=a");
    assertThat(fromFile.properties()).isEqualTo(standard.properties());
    assertThat(Keys.ALL)
        .allSatisfy(key -> assertThat(fromFile.get(key)).isEqualTo(standard.get(key)));
  }

  @Test
  void hidesThePropertiesThatMayHoldAPassword() {
    assertThat(Keys.ALL.stream().filter(Key::hidden).map(Key::name))
        .containsExactly(
            "destination.master-password",
            "create-mailbox.token",
            "database.url",
            "database.password",
            "mail.password",
            "smtp.password",
            "tell.webhook.secret",
            "tell.whmcs.secret",
            "tell.zammad.token",
            "tell.zendesk.token",
            "tell.freshdesk.api-key");
  }
}
