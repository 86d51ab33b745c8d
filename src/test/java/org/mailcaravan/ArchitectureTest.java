package org.mailcaravan;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

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

  @ArchTest
  static final ArchRule importsRunOneWay =
      layeredArchitecture()
          .consideringOnlyDependenciesInLayers()
          .layer("root")
          .definedBy("org.mailcaravan")
          .layer("commands")
          .definedBy("org.mailcaravan.cli..", "org.mailcaravan.demo..")
          .layer("components")
          .definedBy("org.mailcaravan.component..")
          .layer("work")
          .definedBy(
              "org.mailcaravan.intake..",
              "org.mailcaravan.sync..",
              "org.mailcaravan.dav..",
              "org.mailcaravan.report..")
          .layer("ground")
          .definedBy(
              "org.mailcaravan.store..",
              "org.mailcaravan.secrets..",
              "org.mailcaravan.settings..",
              "org.mailcaravan.imap..")
          .layer("words")
          .definedBy("org.mailcaravan.model..")
          .whereLayer("root")
          .mayNotBeAccessedByAnyLayer()
          .whereLayer("commands")
          .mayOnlyBeAccessedByLayers("root")
          .whereLayer("components")
          .mayOnlyBeAccessedByLayers("root")
          .whereLayer("work")
          .mayOnlyBeAccessedByLayers("root", "commands", "components")
          .whereLayer("ground")
          .mayOnlyBeAccessedByLayers("root", "work")
          .whereLayer("words")
          .mayOnlyBeAccessedByLayers("root", "commands", "components", "work", "ground");

  @ArchTest
  static final ArchRule packagesHaveNoCycles =
      slices().matching("org.mailcaravan.(**)").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule onlyRootAndComponentsKnowCamel =
      noClasses()
          .that()
          .resideInAPackage("org.mailcaravan..")
          .and()
          .resideOutsideOfPackages("org.mailcaravan", "org.mailcaravan.component..")
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
