package org.mailcaravan.component.dav;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.camel.CamelExecutionException;
import org.apache.camel.FailedToCreateRouteException;
import org.apache.camel.RoutesBuilder;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.catalog.RuntimeCamelCatalog;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.spi.Registry;
import org.apache.camel.test.junit5.CamelTestSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mailcaravan.dav.CollectionTemplate;
import org.mailcaravan.dav.DavAccount;
import org.mailcaravan.dav.DavAccounts;
import org.mailcaravan.dav.DavLogin;
import org.mailcaravan.dav.Groupware;
import org.mailcaravan.dav.ImportSink;
import org.mailcaravan.dav.Importing;
import org.mailcaravan.dav.ProviderImport;
import org.mailcaravan.dav.ScriptedDavServer;
import org.mailcaravan.dav.ScriptedDavServer.Answer;
import org.mailcaravan.model.Claim;
import org.mailcaravan.model.GroupwareSource;
import org.mailcaravan.model.ImportResult;
import org.mailcaravan.model.LeaseLost;
import org.mailcaravan.model.Mailbox;
import org.mailcaravan.model.NeedsAttention;
import org.mailcaravan.model.Pass;
import org.mailcaravan.model.Policy;
import org.mailcaravan.model.RowOptions;
import org.mailcaravan.model.Secret;
import org.mailcaravan.model.Security;
import org.mailcaravan.model.Server;
import org.mailcaravan.model.TryAgain;
import org.mailcaravan.store.Database;

/** The component within a route, found through its generated files. */
class DavRouteTest extends CamelTestSupport {
  private final Path folder;
  private final List<String> sunk = new ArrayList<>();
  private volatile int status = 201;
  private final Importing importing = new Importing();
  private boolean holds = true;
  private boolean calendarConfigured = true;
  private final ScriptedDavServer server =
      ScriptedDavServer.start(
          request -> Answer.of(request.method().equals("PROPFIND") ? 405 : status));

  DavRouteTest(@TempDir Path folder) {
    this.folder = folder;
  }

  @Override
  protected void bindToRegistry(Registry registry) {
    DavAccounts accounts =
        new DavAccounts() {
          @Override
          public DavAccount accountFor(Mailbox mailbox) {
            return new DavAccount(
                mailbox.destinationAddress(),
                new DavLogin.Password(mailbox.destinationAddress(), Secret.of("secret")),
                place("contacts", mailbox),
                calendarConfigured ? place("calendar", mailbox) : null);
          }

          @Override
          public ProviderImport.Source sourceFor(Mailbox mailbox, @Nullable URI url) {
            return new ProviderImport.Source(
                mailbox.sourceAddress(),
                url,
                new DavLogin.Password(mailbox.sourceUsername(), Secret.of("secret")));
          }
        };
    ImportSink sink =
        new ImportSink() {
          @Override
          public Database database(Mailbox mailbox) {
            Claim claim = new Claim(1, 1, 0, false, mailbox);
            return importing.database().fencedBy(claim, any -> holds);
          }

          @Override
          public void imported(Mailbox mailbox, Groupware kind, List<ImportResult> results) {
            results.forEach(
                result ->
                    sunk.add(
                        mailbox.id() + " " + kind + " " + result.file() + " " + result.imported()));
          }
        };
    registry.bind("accounts", accounts);
    registry.bind("sink", sink);
    registry.bind("importer", importing.oneByOne());
    registry.bind("provider", importing.fromProviders(folder));
  }

  @Override
  protected RoutesBuilder createRouteBuilder() {
    return new RouteBuilder() {
      @Override
      public void configure() {
        from("direct:import-contacts").to("dav:contacts");
        from("direct:import-calendars").to("dav:calendars");
      }
    };
  }

  private DavAccount.Place place(String name, Mailbox mailbox) {
    return CollectionTemplate.of(server.uri("/") + "{email}/" + name + "/")
        .placeFor(mailbox.destinationAddress());
  }

  @AfterEach
  void stop() {
    server.close();
    importing.close();
  }

  @Test
  void aFileThatAnotherHasReplacedSinceItWasAcceptedIsNotImported() throws IOException {
    Mailbox mailbox = mailbox(contacts(), null);
    Files.writeString(
        folder.resolve("contacts.vcf"), "BEGIN:VCARD\nVERSION:3.0\nUID:x\nFN:X\nEND:VCARD\n");

    assertThatThrownBy(() -> template.requestBody("direct:import-contacts", mailbox))
        .hasCauseInstanceOf(NeedsAttention.class)
        .cause()
        .hasMessageContaining("contacts.vcf: the file has changed since the request was accepted");
    assertThat(server.calls()).isEmpty();
  }

  @Test
  void importsTheFileOfTheMailboxAndPassesTheMailboxOn() throws IOException {
    Mailbox mailbox = mailbox(contacts(), calendar());

    assertThat(template.requestBody("direct:import-contacts", mailbox)).isSameAs(mailbox);
    assertThat(template.requestBody("direct:import-calendars", mailbox)).isSameAs(mailbox);

    assertThat(sunk).containsExactly("m1 CONTACTS contacts.vcf 1", "m1 CALENDARS calendar.ics 1");
    assertThat(server.calls())
        .contains("PUT /ann@example.org/contacts/a.vcf", "PUT /ann@example.org/calendar/b.ics");
  }

  @Test
  void whoHasLostThePassRecordsNothing() throws IOException {
    holds = false;
    Mailbox mailbox = mailbox(contacts(), null);

    assertThatThrownBy(() -> template.requestBody("direct:import-contacts", mailbox))
        .hasCauseInstanceOf(LeaseLost.class);

    assertThat(
            importing
                .database()
                .jdbc()
                .sql(
                    "select (select count(*) from groupware_collection) + (select count(*) from stored_resource)")
                .query(Integer.class)
                .single())
        .isZero();
  }

  @Test
  void doesNothingForAMailboxThatCameWithoutAFile() {
    Mailbox mailbox = mailbox(null, null);

    assertThat(template.requestBody("direct:import-contacts", mailbox)).isSameAs(mailbox);
    assertThat(template.requestBody("direct:import-calendars", mailbox)).isSameAs(mailbox);

    assertThat(sunk).isEmpty();
    assertThat(server.requests()).isEmpty();
  }

  @Test
  void errorsReachTheRouteAsTheirKindAndTheSinkHearsNothing() throws IOException {
    Mailbox mailbox = mailbox(contacts(), null);
    status = 503;
    assertThatThrownBy(() -> template.requestBody("direct:import-contacts", mailbox))
        .isInstanceOf(CamelExecutionException.class)
        .hasCauseInstanceOf(TryAgain.class);
    status = 401;
    assertThatThrownBy(() -> template.requestBody("direct:import-contacts", mailbox))
        .hasCauseInstanceOf(NeedsAttention.class);
    assertThat(sunk).isEmpty();
  }

  @Test
  void aServerThatIsNotConfiguredIsNamed() throws IOException {
    calendarConfigured = false;
    Mailbox mailbox = mailbox(null, calendar());

    assertThatThrownBy(() -> template.requestBody("direct:import-calendars", mailbox))
        .hasCauseInstanceOf(NeedsAttention.class)
        .cause()
        .hasMessageContaining("destination.caldav-url");
  }

  @Test
  void everyOptionIsInTheCatalog() throws IOException {
    String json =
        context
            .getCamelContextExtension()
            .getContextPlugin(RuntimeCamelCatalog.class)
            .componentJSonSchema("dav");

    assertThat(json)
        .contains("\"enum\": [ \"contacts\", \"calendars\" ]", "\"producerOnly\": true")
        .contains(
            "\"remote\": true",
            "\"accounts\"",
            "\"groupwareImport\"",
            "\"providerImport\"",
            "\"sink\"");
  }

  @ParameterizedTest
  @ValueSource(strings = {"dav:mail", "dav:contacts?password=x", "dav:"})
  void aWrongUriStopsTheStart(String uri) {
    assertThatThrownBy(
            () ->
                context.addRoutes(
                    new RouteBuilder() {
                      @Override
                      public void configure() {
                        from("direct:wrong").to(uri);
                      }
                    }))
        .isInstanceOf(FailedToCreateRouteException.class);
  }

  @Test
  void nothingCanBeReceivedFromIt() {
    assertThatThrownBy(() -> context.getEndpoint("dav:contacts").createConsumer(exchange -> {}))
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessageContaining("dav://contacts");
  }

  @Test
  void aMissingCollaboratorStopsTheStart() throws Exception {
    try (DefaultCamelContext bare = new DefaultCamelContext()) {
      bare.addRoutes(createRouteBuilder());
      assertThatThrownBy(bare::start).hasMessageContaining("dav: has no groupwareImport");
    }
  }

  private Path contacts() throws IOException {
    return Files.writeString(
        folder.resolve("contacts.vcf"), "BEGIN:VCARD\nVERSION:3.0\nUID:a\nFN:A\nEND:VCARD\n");
  }

  private Path calendar() throws IOException {
    return Files.writeString(
        folder.resolve("calendar.ics"),
        "BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:b\nEND:VEVENT\nEND:VCALENDAR\n");
  }

  private static @Nullable GroupwareSource exported(@Nullable Path file) {
    try {
      return file == null ? null : GroupwareSource.Exported.of(List.of(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Mailbox mailbox(@Nullable Path contacts, @Nullable Path calendar) {
    return new Mailbox(
        "m1",
        "b1",
        1,
        "ann@example.com",
        new Server("imap.example.com", 993, Security.TLS),
        "ann@example.com",
        "ann@example.org",
        exported(contacts),
        exported(calendar),
        RowOptions.NONE,
        Policy.NONE,
        Pass.FIRST);
  }
}
