package org.mailcaravan;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mailcaravan.server.EnabledIfInstalled;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

class PackagingTest {
  @ParameterizedTest
  @CsvSource({
    "sh, bin/mailcaravan",
    "sh, mvnw",
    "bash, .ci/run",
    "bash, .ci/servers",
    "bash, bench/run",
    "bash, bench/jmh"
  })
  void scriptsCanBeReadAndStarted(String shell, String script) throws Exception {
    Process parser = new ProcessBuilder(shell, "-n", script).inheritIO().start();
    assertThat(parser.waitFor()).isZero();
    assertThat(Files.isExecutable(Path.of(script))).isTrue();
  }

  @Test
  void composeRunsPinnedImagesAndKnowsEveryVolume() throws IOException {
    Map<?, ?> compose = yaml(Path.of("docker-compose.yml"));
    Map<?, ?> services = part(compose, "services");
    assertThat(services.keySet().stream().map(String::valueOf))
        .containsExactlyInAnyOrder(
            "mailcaravan", "postgresql", "demo-source", "demo-destination", "demo-dav");
    Map<?, ?> volumes = part(compose, "volumes");
    for (Object service : services.values()) {
      Object image = ((Map<?, ?>) service).get("image");
      if (image != null) {
        assertThat(image.toString()).matches(".+:\\d+\\.\\d+.*");
      }
      if (((Map<?, ?>) service).get("volumes") instanceof List<?> mounts) {
        for (Object mount : mounts) {
          String what =
              mount.toString().replaceFirst("^\\$\\{.*?:-(.*?)}", "$1").replaceFirst(":.*", "");
          boolean inClone = what.matches("\\./(drop|ext)") || Files.exists(Path.of(what));
          assertThat(volumes.containsKey(what) || inClone).as(what).isTrue();
        }
      }
    }
  }

  @Test
  void theContainerSetsEveryVariableThatItsConfigurationReads() throws IOException {
    String compose = Files.readString(Path.of("docker-compose.yml"));
    String properties = Files.readString(Path.of("docker/application.properties"));
    assertThat(
            properties
                .lines()
                .filter(line -> line.contains("{{env:"))
                .map(line -> line.replaceFirst(".*\\{\\{env:([A-Z_]+).*", "$1")))
        .isNotEmpty()
        .allSatisfy(variable -> assertThat(compose).contains("      " + variable + ": ${"));
  }

  @Test
  void theContainersConfigurationUsesKnownProperties() throws IOException {
    String known = Files.readString(Path.of("config/application.properties"));
    assertThat(
            Files.readString(Path.of("docker/application.properties"))
                .lines()
                .filter(line -> line.matches("[a-z].*=.*"))
                .map(line -> line.substring(0, line.indexOf('='))))
        .isNotEmpty()
        .allSatisfy(name -> assertThat(known).containsPattern("(?m)^#?" + name + "="));
  }

  /** The service does not start without the template of certificates and the providers. */
  @Test
  void theImageHoldsEveryFileThatAPropertyNames() throws IOException {
    String image = Files.readString(Path.of("Dockerfile"));
    assertThat(
            Files.readString(Path.of("config/application.properties"))
                .lines()
                .filter(line -> line.matches("[a-z.-]+=config/.+"))
                .map(line -> Path.of(line.substring(line.indexOf('=') + 1))))
        .isNotEmpty()
        .allSatisfy(file -> assertThat(file).exists())
        .allSatisfy(
            file ->
                assertThat(image)
                    .containsAnyOf(
                        "COPY " + file.getParent() + " " + file.getParent() + "\n",
                        "COPY " + file + " " + file + "\n"));
  }

  @Test
  @EnabledIfInstalled("doveconf")
  void theDemoContainersDovecotCanReadItsConfiguration() throws Exception {
    Process doveconf =
        new ProcessBuilder("doveconf", "-n", "-c", "docker/demo/dovecot.conf")
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    assertThat(doveconf.waitFor()).isZero();
  }

  private static Map<?, ?> part(Map<?, ?> compose, String name) {
    return (Map<?, ?>) Objects.requireNonNull(compose.get(name), name);
  }

  private static Map<?, ?> yaml(Path file) throws IOException {
    Load load = new Load(LoadSettings.builder().setMaxAliasesForCollections(10).build());
    return (Map<?, ?>) load.loadFromString(Files.readString(file));
  }
}
