package org.mailcaravan;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mailcaravan.dav.DavReader;
import org.mailcaravan.dav.ScriptedDavServer;
import org.mailcaravan.dav.ScriptedDavServer.Answer;
import org.mailcaravan.dav.ScriptedDavServer.Request;
import org.mailcaravan.model.ImportResult;
import org.mailcaravan.model.MailboxResult;
import org.mailcaravan.model.Owner;
import org.mailcaravan.model.Problem;
import org.mailcaravan.server.DovecotServer;
import org.mailcaravan.server.EnabledIfInstalled;
import org.mailcaravan.server.RadicaleServer;
import org.mailcaravan.server.TokenEndpoint;
import org.mailcaravan.server.UsedPasswords;

/**
 * Contacts and calendars of servers that take access tokens: Radicale behind a server that wants
 * one. What a token is and that it stands in no file is looked for after each test, as for
 * passwords.
 */
@EnabledIfInstalled({"dovecot", "radicale"})
class GroupwareWithTokensTest {
  private static final String USER = "ann@example.org";
  private static final String OLD = TwoServers.oldPassword(USER);
  private static final String NEW = TwoServers.newPassword(USER);
  private static final String SECRET = UsedPasswords.add("secret of a client 43");

  private static TokenEndpoint endpoint;
  private static TwoServers servers;
  private static RadicaleServer old;
  private static RadicaleServer fresh;

  @TempDir Path folder;

  @BeforeAll
  static void startServers() {
    endpoint = TokenEndpoint.start().user(USER);
    servers =
        new TwoServers(
                DovecotServer.builder().tokensOf(endpoint),
                DovecotServer.builder().tokensOf(endpoint))
            .userWithMail(USER, 1, "INBOX");
    old = RadicaleServer.start().addUser(USER, OLD);
    fresh = RadicaleServer.start().addUser(USER, NEW);
    DavReader people = new DavReader(USER, OLD);
    URI home = old.baseUri().resolve(USER + "/");
    people.makeAddressBook(home.resolve("people/"), "People");
    people.makeCalendar(home.resolve("dates/"), "Dates");
    for (String name : new String[] {"one", "two", "three"}) {
      people.put(home.resolve("people/" + name + ".vcf"), GroupwareTest.card(name, name));
      people.put(
          home.resolve("dates/" + name + ".ics"),
          GroupwareTest.calendar(GroupwareTest.event(name, name)));
    }
  }

  @AfterAll
  static void stopServers() {
    servers.close();
    old.close();
    fresh.close();
    endpoint.close();
  }

  /** Lets in who has a good token, and nobody else. */
  private static ScriptedDavServer behindTokens(
      RadicaleServer real, String password, Predicate<Request> ends) {
    String basic =
        "Basic "
            + Base64.getEncoder()
                .encodeToString((USER + ":" + password).getBytes(StandardCharsets.UTF_8));
    return ScriptedDavServer.start(
        request -> {
          if (ends.test(request)) {
            endpoint.revoke();
          }
          String login = request.headers().getOrDefault("Authorization", "");
          return login.startsWith("Bearer ") && endpoint.opens(login.substring(7), USER)
              ? ScriptedDavServer.forward(real.baseUri(), request.as(basic))
              : Answer.of(
                  401, "WWW-Authenticate", "Bearer realm=\"mail\", error=\"invalid_token\"");
        });
  }

  private Installation installation(URI destination) {
    return servers
        .configure(new Installation(folder))
        .set("oauth.contoso.kind", "client-credentials")
        .set("oauth.contoso.token-url", endpoint.url("/token").toString())
        .set("oauth.contoso.client-id", "client-1")
        .set("oauth.contoso.client-secret", SECRET)
        .set("oauth.contoso.servers", "127.0.0.1")
        .set("source.allowed-hosts", "127.0.0.1,localhost")
        .set("source.insecure-hosts", "127.0.0.1,localhost")
        .set("destination.auth", "oauth2")
        .set("destination.oauth-profile", "contoso")
        .set("destination.carddav-url", destination + "{email}/contacts/")
        .set("destination.caldav-url", destination + "{email}/calendar/");
  }

  private MailboxResult migrated(Installation installation, URI dav) {
    Path request =
        installation.request(
            "ann.csv",
            "source_email,source_imap_server,source_port,source_security,source_oauth_profile,contacts,"
                + "calendar,source_dav_url\n"
                + "%s,127.0.0.1,%d,none,contoso,dav,dav,%s\n"
                    .formatted(USER, servers.source.port(), dav));
    return installation.migrate(request).mailboxes().get(0);
  }

  @Test
  void theyAreReadAndStoredWithTokensAndWithNewOnesOnceTheseHaveRunOut() {
    AtomicInteger asked = new AtomicInteger();
    AtomicInteger stored = new AtomicInteger();
    int before = endpoint.requests().size();
    try (ScriptedDavServer source =
            behindTokens(
                old,
                OLD,
                request -> request.body().contains("two.vcf") && asked.incrementAndGet() == 1);
        ScriptedDavServer destination =
            behindTokens(
                fresh,
                NEW,
                request -> request.method().equals("PUT") && stored.incrementAndGet() == 2)) {
      MailboxResult result = migrated(installation(destination.uri("/")), source.uri("/"));

      assertThat(result.problems()).isEmpty();
      assertThat(result.contacts()).singleElement().returns(3, ImportResult::imported);
      assertThat(result.calendar()).singleElement().returns(3, ImportResult::imported);
      DavReader atHome = new DavReader(USER, NEW);
      URI home = fresh.baseUri().resolve(USER + "/");
      assertThat(atHome.resources(home.resolve("contacts/"))).hasSize(3);
      assertThat(atHome.resources(home.resolve("calendar/"))).hasSize(3);
      for (ScriptedDavServer server : new ScriptedDavServer[] {source, destination}) {
        assertThat(server.requests())
            .allSatisfy(
                request ->
                    assertThat(request.headers().getOrDefault("Authorization", "Bearer "))
                        .startsWith("Bearer "));
      }
    }
    assertThat(endpoint.requests()).hasSizeGreaterThan(before + 2);
  }

  @Test
  void aServerThatTheProfileDoesNotNameSeesNoToken() {
    try (ScriptedDavServer other = behindTokens(old, OLD, request -> false);
        ScriptedDavServer destination = behindTokens(fresh, NEW, request -> false)) {
      MailboxResult result =
          migrated(installation(destination.uri("/")), other.uri("localhost", "/"));

      assertThat(result.problems()).isNotEmpty().extracting(Problem::owner).containsOnly(Owner.US);
      assertThat(result.problems())
          .allSatisfy(
              problem -> {
                assertThat(problem.cause())
                    .isEqualTo("tokens of the OAuth profile contoso may not be sent to localhost");
                assertThat(problem.nextStep()).contains("oauth.contoso.servers");
              });
      assertThat(other.requests()).isEmpty();
    }
  }
}
