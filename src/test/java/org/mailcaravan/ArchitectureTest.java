package org.mailcaravan;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Imports run one way; docs/developers.md has the picture. */
@AnalyzeClasses(packages = "org.mailcaravan", importOptions = ArchitectureTest.WithoutTests.class)
class ArchitectureTest {
  /** Leaves out what lies beside this class, wherever a build puts the tests. */
  static final class WithoutTests implements ImportOption {
    private static final String TESTS =
        ArchitectureTest.class.getProtectionDomain().getCodeSource().getLocation().toString();

    @Override
    public boolean includes(Location location) {
      return !location.asURI().toString().startsWith(TESTS);
    }
  }

  /** Each may know those before it. */
  static final List<String> ROOMS_OF_SYNC =
      List.of("diagnosis", "session", "messages", "folders", "copy", "follow", "verify");

  @ArchTest
  static final ArchRule importsRunOneWay =
      layeredArchitecture()
          .consideringOnlyDependenciesInLayers()
          .layer("root")
          .definedBy("org.mailcaravan")
          .layer("commands")
          .definedBy("org.mailcaravan.cli..", "org.mailcaravan.demo..")
          .layer("components")
          .definedBy("org.mailcaravan.component..", "org.mailcaravan.console..")
          .layer("routes")
          .definedBy("org.mailcaravan.routes..")
          .layer("passes")
          .definedBy("org.mailcaravan.passes..")
          .layer("work")
          .definedBy(
              "org.mailcaravan.intake..",
              "org.mailcaravan.sync..",
              "org.mailcaravan.dav..",
              "org.mailcaravan.cutover..",
              "org.mailcaravan.tickets..",
              "org.mailcaravan.clients..",
              "org.mailcaravan.ext..",
              "org.mailcaravan.report..")
          .layer("ground")
          .definedBy(
              "org.mailcaravan.store..",
              "org.mailcaravan.secrets..",
              "org.mailcaravan.oauth..",
              "org.mailcaravan.settings..",
              "org.mailcaravan.policies..",
              "org.mailcaravan.providers..",
              "org.mailcaravan.yaml..",
              "org.mailcaravan.http..",
              "org.mailcaravan.imap..")
          .layer("words")
          .definedBy("org.mailcaravan.model..")
          .whereLayer("root")
          .mayNotBeAccessedByAnyLayer()
          .whereLayer("commands")
          .mayOnlyBeAccessedByLayers("root")
          .whereLayer("routes")
          .mayOnlyBeAccessedByLayers("root")
          .whereLayer("components")
          .mayOnlyBeAccessedByLayers("root", "routes")
          .whereLayer("passes")
          .mayOnlyBeAccessedByLayers("root", "components")
          .whereLayer("work")
          .mayOnlyBeAccessedByLayers("root", "commands", "components", "routes", "passes")
          .whereLayer("ground")
          .mayOnlyBeAccessedByLayers("root", "components", "routes", "passes", "work")
          .whereLayer("words")
          .mayOnlyBeAccessedByLayers(
              "root", "commands", "components", "routes", "passes", "work", "ground");

  /** Each room of sync knows those before it; follow and verify do not know each other. */
  @ArchTest static final ArchRule roomsOfSyncKnowThoseBeforeThem = roomsOfSync();

  private static ArchRule roomsOfSync() {
    var rooms = layeredArchitecture().consideringOnlyDependenciesInLayers();
    rooms = rooms.layer("steps").definedBy("org.mailcaravan.sync");
    for (String room : ROOMS_OF_SYNC) {
      rooms = rooms.layer(room).definedBy("org.mailcaravan.sync." + room);
    }
    rooms = rooms.whereLayer("steps").mayNotBeAccessedByAnyLayer();
    for (int room = 0; room < ROOMS_OF_SYNC.size(); room++) {
      String name = ROOMS_OF_SYNC.get(room);
      List<String> after = new ArrayList<>(List.of("steps"));
      if (!name.equals("follow")) {
        after.addAll(ROOMS_OF_SYNC.subList(room + 1, ROOMS_OF_SYNC.size()));
      }
      rooms = rooms.whereLayer(name).mayOnlyBeAccessedByLayers(after.toArray(String[]::new));
    }
    return rooms;
  }

  @ArchTest
  static final ArchRule packagesHaveNoCycles =
      slices().matching("org.mailcaravan.(**)").should().beFreeOfCycles();

  /**
   * Classes that may know each other: what is sealed with what it permits, Camel's three parts of a
   * component, and pairs of which one makes the other.
   */
  private static final Map<String, Set<String>> FAMILIES =
      Map.ofEntries(
          family("MigrationException", "NeedsAttention", "RequestRejected", "TryAgain"),
          family(
              "ImapException", "CommandRefused", "ConnectFailed", "ConnectionLost", "LoginRefused"),
          family("MailboxComponent", "MailboxEndpoint", "MailboxProducer"),
          family("DavComponent", "DavEndpoint", "DavProducer"),
          family("CollectionImport", "ResourceImport"),
          family("CalendarPart", "ComponentSummary"),
          family("ExportFiles", "ExportArchive"),
          family("RawRequest", "CsvRows", "JsonRows", "WorkbookRows"),
          family("ResultJson", "ImportJson", "CertificateJson"),
          family(
              "RowCheck", "RawRow", "SealedRows", "ClearCells", "GroupwareColumn", "OAuthColumns"),
          family("Conversation", "CommandWriter", "MessageFetch", "FetchResponse"),
          family("FolderName", "FolderNames"),
          family("WireReader", "Literal"),
          family("FolderLedger", "ShortMessages"),
          family("UidMap", "UidRanges"));

  private static Map.Entry<String, Set<String>> family(String... classes) {
    return Map.entry(classes[0], Set.of(classes));
  }

  /** Inside packages, too, no class needs another that needs it. */
  @ArchTest
  static final ArchRule classesHaveNoCircles =
      slices().assignedFrom(new Families()).should().beFreeOfCycles();

  /** What is of one file, or of one family, is one slice. */
  private static final class Families implements SliceAssignment {
    @Override
    public SliceIdentifier getIdentifierOf(JavaClass type) {
      String file = type.getName().replaceFirst("\\$.*", "");
      String name = file.substring(file.lastIndexOf('.') + 1);
      return SliceIdentifier.of(
          FAMILIES.entrySet().stream()
              .filter(family -> family.getValue().contains(name))
              .map(Map.Entry::getKey)
              .findFirst()
              .orElse(file));
    }

    @Override
    public String getDescription() {
      return "classes";
    }
  }

  @ArchTest
  static final ArchRule onlyRootRoutesComponentsAndConsoleKnowCamel =
      noClasses()
          .that()
          .resideInAPackage("org.mailcaravan..")
          .and()
          .resideOutsideOfPackages(
              "org.mailcaravan",
              "org.mailcaravan.routes..",
              "org.mailcaravan.routetest..",
              "org.mailcaravan.component..",
              "org.mailcaravan.console..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("org.apache.camel..");

  @ArchTest
  static final ArchRule workIsNotMixed =
      slices()
          .matching("org.mailcaravan.(intake|sync|dav|report)..")
          .should()
          .notDependOnEachOther();
}
