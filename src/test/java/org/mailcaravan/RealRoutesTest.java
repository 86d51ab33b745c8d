package org.mailcaravan;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.apache.camel.CamelContext;
import org.apache.camel.builder.AdviceWith;
import org.apache.camel.component.mock.MockEndpoint;
import org.apache.camel.main.Main;
import org.apache.camel.test.junit5.CamelTestSupport;
import org.apache.camel.test.junit5.TestExecutionConfiguration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mailcaravan.cli.Launcher;
import org.mailcaravan.model.GroupwareSource;
import org.mailcaravan.model.Mailbox;
import org.mailcaravan.model.Pass;
import org.mailcaravan.model.Policy;
import org.mailcaravan.model.Progress;
import org.mailcaravan.model.RowOptions;
import org.mailcaravan.model.Security;
import org.mailcaravan.model.Server;
import org.mailcaravan.settings.Settings;
import org.mailcaravan.settings.SettingsFile;

/** The files of routes/ and config/ as they are, with the two ends of the copying replaced. */
public class RealRoutesTest extends CamelTestSupport {
  /** Looks like a plan to the routes. */
  public record Plan(List<String> folders) {
    public List<Iterator<String>> lanes() {
      return List.of(folders.iterator());
    }
  }

  @TempDir static Path data;

  private @Nullable Wiring wiring;

  @Override
  public void configureTest(TestExecutionConfiguration configuration) {
    super.configureTest(configuration);
    configuration.withUseAdviceWith(true);
  }

  @Override
  protected CamelContext createCamelContext() {
    Path home = Path.of("").toAbsolutePath();
    Settings settings =
        SettingsFile.read(
            home.resolve("config"),
            home,
            Map.of("destination.host", "mail.example", "data.folder", data.toString()),
            Map.of());
    Wiring beans = new Wiring(settings, Launcher.Mode.CHECK, new Progress() {});
    wiring = beans;
    Main main = beans.camel().camel();
    main.init();
    return main.getCamelContext();
  }

  @AfterEach
  void closeWiring() {
    if (wiring != null) {
      wiring.close();
    }
  }

  @Test
  void aFolderIsPulledOnceAndAppendedBatchByBatchInOrder() throws Exception {
    AdviceWith.adviceWith(
        context,
        "copy-folder",
        route -> {
          route.weaveByToUri("mailbox:flags").replace().to("mock:flags");
          route
              .weaveByToUri("mailbox:pull")
              .replace()
              .setBody(exchange -> List.of("first", "second", "third").iterator());
          route.weaveByToUri("mailbox:append").replace().to("mock:append");
        });
    context.start();
    MockEndpoint appended = getMockEndpoint("mock:append");
    appended.expectedBodiesReceived("first", "second", "third");
    getMockEndpoint("mock:flags").expectedBodiesReceived("a folder");

    template.sendBody("direct:copy-folder", "a folder");

    MockEndpoint.assertIsSatisfied(context);
  }

  /** Whoever wants it otherwise changes the filter of the route. */
  @ParameterizedTest
  @CsvSource({
    "FIRST, files, 1",
    "CATCH_UP, files, 0",
    "FIRST, server, 1",
    "CATCH_UP, server, 1",
    "CATCH_UP, nothing, 0"
  })
  void contactsInFilesAreImportedInThePassOfTheirRequestOnly(Pass pass, String from, int times)
      throws Exception {
    AdviceWith.adviceWith(
        context,
        "import-contacts",
        route -> route.weaveById("put-contacts").replace().to("mock:contacts"));
    context.start();
    getMockEndpoint("mock:contacts").expectedMessageCount(times);
    GroupwareSource source =
        switch (from) {
          case "files" -> new GroupwareSource.Exported(List.of(data.resolve("a.vcf")));
          case "server" -> new GroupwareSource.AtProvider(null);
          default -> null;
        };

    template.send(
        "direct:import-contacts",
        exchange -> exchange.setVariable("mailbox", mailbox(source).inPass(pass)));

    MockEndpoint.assertIsSatisfied(context);
  }

  private static Mailbox mailbox(@Nullable GroupwareSource contacts) {
    return new Mailbox(
        "m1",
        "b1",
        1,
        "ann@old.example",
        new Server("imap.old.example", 993, Security.TLS),
        "ann@old.example",
        "ann@new.example",
        contacts,
        null,
        RowOptions.NONE,
        Policy.NONE,
        Pass.FIRST);
  }

  @Test
  void aMailboxIsCheckedThenPlannedThenCopiedFolderByFolderThenVerified() throws Exception {
    AdviceWith.adviceWith(
        context,
        "migrate-mailbox",
        route -> {
          route.weaveByToUri("mailbox:check").replace().to("mock:steps");
          route.weaveByToUri("direct:mailbox-rules").replace().to("mock:steps");
          route
              .weaveByToUri("mailbox:folders")
              .replace()
              .setBody(exchange -> new Plan(List.of("INBOX", "Sent")));
          route.weaveByToUri("mailbox:reconcile").replace().to("mock:reconcile");
          route.weaveByToUri("direct:import-groupware").replace().to("mock:groupware");
          route.weaveByToUri("mailbox:verify").replace().to("mock:verified");
        });
    AdviceWith.adviceWith(
        context, "settle-mailbox", route -> route.weaveById("settle").replace().to("mock:settled"));
    AdviceWith.adviceWith(
        context,
        "copy-lane",
        route -> route.weaveByToUri("direct:copy-folder").replace().to("mock:steps"));
    context.start();
    getMockEndpoint("mock:steps").expectedBodiesReceived("a mailbox", "a mailbox", "INBOX", "Sent");
    getMockEndpoint("mock:reconcile").expectedMessageCount(1);
    getMockEndpoint("mock:groupware").expectedMessageCount(1);
    getMockEndpoint("mock:settled").expectedBodiesReceived(new Plan(List.of("INBOX", "Sent")));
    getMockEndpoint("mock:verified").expectedBodiesReceived(new Plan(List.of("INBOX", "Sent")));

    template.sendBody("direct:migrate-mailbox", "a mailbox");

    MockEndpoint.assertIsSatisfied(context);
    assertThat(context.getRoutes()).extracting(route -> route.getId()).contains("migrate-mailbox");
  }
}
