package org.mailcaravan.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
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

  @Test
  void fillsInEveryDefault() {
    Settings settings = read("destination.host=mail.example.com");

    assertThat(settings.home()).isEqualTo(home);
    assertThat(settings.drop())
        .isEqualTo(new Settings.Drop(home.resolve("drop"), Duration.ofSeconds(1)));
    assertThat(settings.attachments().allowedFolders()).isEmpty();
    assertThat(settings.source().allowedHosts()).isEmpty();
    assertThat(settings.source().insecureHosts()).isEmpty();
    assertThat(settings.destination())
        .isEqualTo(
            new Settings.Destination(
                new Server("mail.example.com", 993, Security.TLS),
                new DestinationAuth.RowPassword(),
                null,
                null));
    assertThat(settings.connections())
        .isEqualTo(
            new Settings.Connections(
                Duration.ofSeconds(30), Duration.ofMinutes(5), Duration.ofMinutes(30), null));
    assertThat(settings.copying())
        .isEqualTo(
            new Settings.Copying(
                4, 8, 1, true, 2_000, 6L << 20, 48L << 20, 16L << 30, 2L << 30, false));
    assertThat(settings.retry())
        .isEqualTo(new Settings.Retry(5, Duration.ofSeconds(1), Duration.ofMinutes(1), true));
    assertThat(settings.resyncCron()).isEqualTo("0 0 3 * * ?");
    assertThat(settings.dataFolder()).isEqualTo(home.resolve("data"));
    assertThat(settings.database()).isEqualTo(new Settings.DatabaseAccess(null, "", Secret.of("")));
    assertThat(settings.secrets())
        .isEqualTo(new Settings.Secrets(home.resolve("data/secret.key"), Duration.ofDays(30)));
    assertThat(settings.shutdownTimeout()).isEqualTo(Duration.ofDays(1));
    assertThat(settings.routesFolder()).isEqualTo(home.resolve("routes"));
  }

  @Test
  void readsEveryProperty() {
    String text =
        """
        drop.folder=/srv/drop
        drop.poll-millis=250
        source.allowed-hosts=LOCALHOST, 127.0.0.1 ,
        source.insecure-hosts=old.münchen.example
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
        secrets.key-file=/etc/key
        secrets.keep-days=7
        service.shutdown-timeout-seconds=10
        routes.folder=flows
        """;
    // The variable's value is taken as it is.
    Settings settings =
        read(text, Map.of("mailboxes.at-once", "9"), Map.of("MASTER", "a$1 {{env:X}} ü"));

    assertThat(settings.drop())
        .isEqualTo(new Settings.Drop(Path.of("/srv/drop"), Duration.ofMillis(250)));
    assertThat(settings.source().allowedHosts())
        .containsExactlyInAnyOrder("localhost", "127.0.0.1");
    assertThat(settings.source().insecureHosts()).containsExactly("old.xn--mnchen-3ya.example");
    assertThat(settings.destination())
        .isEqualTo(
            new Settings.Destination(
                new Server("mail.example.com", 143, Security.STARTTLS),
                new DestinationAuth.MasterUser("admin", Secret.of("a$1 {{env:X}} ü ")),
                "https://dav.example.com/{email}/contacts/",
                "http://localhost:5232/{email}/calendar/"));
    assertThat(settings.connections())
        .isEqualTo(
            new Settings.Connections(
                Duration.ofSeconds(5),
                Duration.ofMinutes(1),
                Duration.ofMinutes(7),
                home.resolve("ca.pem")));
    assertThat(settings.copying())
        .isEqualTo(new Settings.Copying(9, 8, 1, true, 10, 1L << 20, 2L << 20, 3L << 20, 0, true));
    assertThat(settings.retry())
        .isEqualTo(new Settings.Retry(0, Duration.ofMillis(1), Duration.ofMillis(1), false));
    assertThat(settings.resyncCron()).isEqualTo("0 30 2 ? * MON-FRI");
    assertThat(settings.attachments().allowedFolders())
        .containsExactly(home.resolve("exports"), Path.of("/srv/exports"));
    assertThat(settings.dataFolder()).isEqualTo(home.resolveSibling("data"));
    assertThat(settings.database())
        .isEqualTo(
            new Settings.DatabaseAccess(
                "jdbc:postgresql://db/mail", "caravan", Secret.of("p:w}d")));
    assertThat(settings.secrets())
        .isEqualTo(new Settings.Secrets(Path.of("/etc/key"), Duration.ofDays(7)));
    assertThat(settings.shutdownTimeout()).isEqualTo(Duration.ofSeconds(10));
    assertThat(settings.routesFolder()).isEqualTo(home.resolve("flows"));
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
    assertThat(settings.toString()).doesNotContain("hunter");
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
        "destination.port=65536 | destination.port = \"65536\" is not a whole number from 1 to 65535",
        "destination.port={{env:HOME_PORT}}x | destination.port = \"993x\" is not a whole number from 1 to 65535",
        "destination.port={{env:NO_PORT}} | destination.port: the environment variable NO_PORT is not set",
        "destination.security=ssl | destination.security = \"ssl\" is none of tls, starttls, none",
        "destination.auth=oauth | destination.auth = \"oauth\" is none of password, master-user, authorization-identity",
        "source.allowed-hosts=a,b:143 | source.allowed-hosts = \"a,b:143\" has a port behind the name of the server",
        "dav.requests-in-flight=0 | dav.requests-in-flight = \"0\" is not a whole number from 1 to 32",
        "destination.caldav-url=ftp://x/{email} | destination.caldav-url = \"ftp://x/{email}\" is not a URL that begins with https:// or http:// and the name of a server",
        "destination.caldav-url=http://me:hunter2@x/{email} | destination.caldav-url = \"http://(not shown)@x/{email}\" is not a URL that begins with https:// or http:// and the name of a server",
        "database.url=mysql://me:hunter2@x | database.url = (a value that is not shown) begins with neither jdbc:postgresql: nor jdbc:h2:",
        "drop.folder= | drop.folder = \"\" is empty",
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
    Problem problem = problemOf("destination.host=a", "destination.auth=" + auth);

    assertThat(problem.cause())
        .contains("destination.master-user is not set, and destination.auth = " + auth)
        .contains("destination.master-password is not set, and destination.auth = " + auth);
  }

  @ParameterizedTest
  @ValueSource(strings = {"destination.carddav-url", "destination.caldav-url"})
  void anAdministratorForAllIsNotSentToHisOwnCollections(String url) {
    List<String> lines =
        List.of("destination.host=a", "destination.master-user=b", "destination.master-password=c");
    String administrator = "destination.auth=authorization-identity\n" + String.join("\n", lines);

    Problem problem = problemOf(administrator, url + "=https://dav.example.com/");

    assertThat(problem.place().toString()).isEqualTo("config/application.properties line 5");
    assertThat(problem.cause())
        .startsWith(url + " has no {email} in it")
        .contains("the collections of the administrator");
    assertThat(read(administrator, url + "=https://dav.example.com/{email}/")).isNotNull();
    // Dovecot's way names the mailbox in the login.
    assertThat(
            read(
                administrator.replace("authorization-identity", "master-user"),
                url + "=https://dav.example.com/"))
        .isNotNull();
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
    Problem problem = problemOf("drop.poll-millis=x", "colour=green", "destination.port=0");

    assertThat(problem.place().toString()).isEqualTo("config/application.properties");
    assertThat(problem.cause().lines())
        .containsExactly(
            "4 things are wrong:",
            "  config/application.properties line 2: there is no property colour",
            "  config/application.properties line 1: drop.poll-millis = \"x\" is not a whole number from"
                + " 50 to 3600000",
            "  config/application.properties: destination.host is not set",
            "  config/application.properties line 3: destination.port = \"0\" is not a whole number"
                + " from 1 to 65535");
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
    assertThat(read("\uFEFFdestination.host=a").destination().server().host()).isEqualTo("a");

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
            .filter(line -> line.matches("#?[a-z]+\\.[a-z-]+=.*"))
            .map(line -> line.replaceFirst("^#", ""))
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
      if (lines.get(i).matches("#?[a-z]+\\.[a-z-]+=.*")) {
        assertThat(lines.get(i - 1))
            .as("the line above " + lines.get(i))
            .startsWith("# ")
            .hasSizeGreaterThan(20);
      }
    }

    Settings fromFile = SettingsFile.read(shipped, home, Map.of("destination.host", "a"), Map.of());
    assertThat(fromFile).isEqualTo(read("destination.host=a"));
  }

  @Test
  void pinsEveryNameAndDefault() {
    assertThat(Keys.ALL.stream().map(key -> key.name() + "=" + key.standard()))
        .containsExactly(
            "drop.folder=drop",
            "drop.poll-millis=1000",
            "source.allowed-hosts=",
            "source.insecure-hosts=",
            "destination.host=null",
            "destination.port=",
            "destination.security=tls",
            "destination.auth=password",
            "destination.master-user=",
            "destination.master-password=",
            "tls.extra-ca-file=",
            "connection.connect-timeout-seconds=30",
            "connection.read-timeout-seconds=300",
            "connection.longest-wait-minutes=30",
            "mailboxes.at-once=4",
            "mailbox.folders-at-once=8",
            "mailbox.connections=1",
            "mailbox.compression=true",
            "copy.batch-messages=2000",
            "copy.batch-kib=6144",
            "copy.memory-mib=48",
            "copy.spool-mib=16384",
            "copy.set-aside-mib=2048",
            "pass.mirror-deletions=false",
            "retry.attempts=5",
            "retry.delay-millis=1000",
            "retry.maximum-delay-millis=60000",
            "retry.obey-waits=true",
            "resync.cron=0 0 3 * * ?",
            "destination.carddav-url=",
            "destination.caldav-url=",
            "dav.requests-in-flight=4",
            "dav.redirect-hosts=",
            "dav.allow-scheduling-server=",
            "attachments.allowed-folders=",
            "certificate.template=config/templates/certificate.mustache",
            "certificate.issuer=",
            "certificate.contact=",
            "data.folder=data",
            "database.url=",
            "database.username=",
            "database.password=",
            "secrets.key-file=",
            "secrets.keep-days=30",
            "service.shutdown-timeout-seconds=86400",
            "routes.folder=routes");
    assertThat(Keys.ALL.stream().filter(Key::hidden).map(Key::name))
        .containsExactly("destination.master-password", "database.url", "database.password");
  }
}
