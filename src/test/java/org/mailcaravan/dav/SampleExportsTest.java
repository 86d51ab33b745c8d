package org.mailcaravan.dav;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.mailcaravan.model.GroupwareSource;
import org.mailcaravan.model.ImportResult;
import org.mailcaravan.server.EnabledIfInstalled;
import org.mailcaravan.server.Lengthy;
import org.mailcaravan.server.RadicaleServer;

/** What Outlook, Google, Apple, Thunderbird, Nextcloud and old phones write. */
@Lengthy
class SampleExportsTest {
  private static final String ANN = "ann";
  private static final String PASSWORD = "secret";

  private final Path folder;

  SampleExportsTest(@TempDir Path folder) {
    this.folder = folder;
  }

  static List<Samples.Sample> samples() {
    return Samples.all();
  }

  @ParameterizedTest
  @MethodSource("samples")
  void everySampleIsTakenApartWithoutLoss(Samples.Sample sample) throws IOException {
    Collected found = Collected.read(sample.kind(), List.of(sample.copyTo(folder)));

    assertThat(found.problems).isEmpty();
    Samples.assertHeld(sample, found.resources.stream().map(Resource::content).toList());
  }

  @ParameterizedTest
  @MethodSource("samples")
  @EnabledIfInstalled("radicale")
  void everySampleArrivesOnARealServerAndOnce(Samples.Sample sample) throws IOException {
    List<Path> files = List.of(sample.copyTo(folder));
    try (RadicaleServer server = RadicaleServer.start().addUser(ANN, PASSWORD)) {
      URI collection = server.baseUri().resolve("/ann/imported/");
      for (int round = 0; round < 2; round++) {
        // Each round with an empty database, so that only what is there tells what is there.
        try (Importing importing = new Importing()) {
          ImportResult result =
              importing
                  .oneByOne()
                  .importFiles(
                      sample.kind(),
                      new GroupwareSource.Exported(files),
                      Importing.account(collection, true, ANN, PASSWORD),
                      null,
                      () -> {})
                  .get(0);
          assertThat(result.refused()).isEmpty();
          // Radicale 3.1 cuts the value of X-APPLE-STRUCTURED-LOCATION, so that one is not the
          // same.
          assertThat(result.kept())
              .isEqualTo(round == 1 && sample.name().equals("apple.ics") ? 1 : 0);
          assertThat(round == 0 ? result.imported() : result.alreadyThere() + result.kept())
              .isEqualTo(sample.resources());
        }
      }
      Samples.assertHeld(sample, new DavReader(ANN, PASSWORD).resources(collection).values());
    }
  }

  @Test
  void theCalendarOfAnOldPhoneIsRefusedWithWhatToDo() throws IOException {
    Path file = new Samples.Sample("phone.vcs", Samples.all().get(0).charset(), 0).copyTo(folder);
    Collected found = Collected.read(Groupware.CALENDARS, List.of(file));

    assertThat(found.resources).isEmpty();
    assertThat(found.problems).singleElement().asString().contains("vCalendar 1.0", "export it");
  }
}
