package org.mailcaravan.cli.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.mailcaravan.model.RequestRejected;

/** Where a service is found, and what a wrong place is told. */
class ServicePlaceTest {
  @TempDir private Path folder = Path.of("");

  private Path token() throws IOException {
    return Files.writeString(folder.resolve("api.token"), ScriptedService.TOKEN + "\n");
  }

  private void service(String json) throws IOException {
    Files.writeString(folder.resolve("service.json"), json);
    token();
  }

  @Test
  void theDataFolderOfARunningServiceTellsAddressAndToken() throws IOException {
    service(
        "{\"url\":\"http://127.0.0.1:8480\",\"node\":\"a\",\"pid\":%d,\"started\":\"x\"}"
            .formatted(ProcessHandle.current().pid()));
    ServicePlace place = ServicePlace.in(folder);
    assertThat(place.url()).hasToString("http://127.0.0.1:8480");
    assertThat(place.token().reveal()).isEqualTo(ScriptedService.TOKEN);
    assertThat(place.here()).isTrue();
    assertThat(place.toString()).doesNotContain(ScriptedService.TOKEN);
  }

  @Test
  void whereNoServiceRunsItSaysHowToStartOne() {
    assertThatThrownBy(() -> ServicePlace.in(folder))
        .isInstanceOfSatisfying(
            NoService.class,
            none -> {
              assertThat(none.problem().cause()).contains("no service runs there");
              assertThat(none.problem().nextStep())
                  .contains("mailcaravan run --data " + folder, "--url");
            });
  }

  /** Somebody else may listen at its port meanwhile. */
  @Test
  void theTokenOfAKilledServiceGoesToNobody() throws Exception {
    Process ended = new ProcessBuilder("true").start();
    assertThat(ended.waitFor()).isZero();
    service("{\"url\":\"http://127.0.0.1:8480\",\"pid\":%d}".formatted(ended.pid()));
    assertThatThrownBy(() -> ServicePlace.in(folder))
        .isInstanceOf(NoService.class)
        .hasMessageContaining("has ended");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://127.0.0.1:8480",
        "http://127.1.2.3",
        "HTTP://localhost:8480/",
        "http://[::1]:8480",
        "https://caravan.example.com:8480"
      })
  void anAddressOfThisMachineOrWithTlsIsTaken(String url) throws IOException {
    assertThat(ServicePlace.at(url, token()).url().getScheme()).isIn("http", "https");
  }

  @ParameterizedTest
  @CsvSource({
    "http://192.0.2.1:8480, in plain text",
    "http://caravan.example.com, in plain text",
    "http://127.0.0.1.example.com, in plain text",
    "http://localhost.example.com, in plain text",
    "ftp://127.0.0.1, not the address of a service",
    "127.0.0.1:8480, no address",
    "http://user@127.0.0.1:8480, not the address of a service",
    "http://127.0.0.1:8480/api/v1, not the address of a service",
    "http://127.0.0.1:8480?x=y, not the address of a service",
    "'http:// 127.0.0.1', no address",
    "'', not the address of a service"
  })
  void noOtherAddressGetsTheToken(String url, String cause) throws IOException {
    Path token = token();
    assertThatThrownBy(() -> ServicePlace.at(url, token))
        .isInstanceOf(RequestRejected.class)
        .hasMessageContaining(cause)
        .hasMessageNotContaining(ScriptedService.TOKEN);
  }

  @Test
  void aFileWithoutATokenIsExplained() throws IOException {
    Path missing = folder.resolve("none");
    Path other = Files.writeString(folder.resolve("other"), "Dear Sir,\n");
    assertThatThrownBy(() -> ServicePlace.at("http://127.0.0.1", missing))
        .isInstanceOf(RequestRejected.class)
        .hasMessageContaining("there is no such file");
    assertThatThrownBy(() -> ServicePlace.at("http://127.0.0.1", other))
        .isInstanceOf(RequestRejected.class)
        .hasMessageContaining("it holds no token")
        .hasMessageNotContaining("Dear");
    assertThatThrownBy(() -> ServicePlace.at("http://127.0.0.1", folder))
        .isInstanceOf(RequestRejected.class)
        .hasMessageContaining("it cannot be read");
  }
}
