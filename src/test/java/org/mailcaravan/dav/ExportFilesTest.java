package org.mailcaravan.dav;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mailcaravan.model.Problem;

class ExportFilesTest {
  private static final String CARD = "BEGIN:VCARD\nVERSION:3.0\nUID:%1$s\nFN:%1$s\nEND:VCARD\n";
  private static final String EVENT =
      "BEGIN:VCALENDAR\nVERSION:2.0\nBEGIN:VEVENT\nUID:%1$s\nSUMMARY:%1$s\nEND:VEVENT\nEND:VCALENDAR\n";

  private final Path folder;

  ExportFilesTest(@TempDir Path folder) {
    this.folder = folder;
  }

  /** Writes an archive from names and contents in turn. */
  private Path zip(Charset charset, Object... entries) throws IOException {
    Path file = folder.resolve("old.zip");
    try (OutputStream out = Files.newOutputStream(file);
        ZipOutputStream zip = new ZipOutputStream(out, charset)) {
      for (int i = 0; i < entries.length; i += 2) {
        zip.putNextEntry(new ZipEntry((String) entries[i]));
        zip.write(
            entries[i + 1] instanceof byte[] octets
                ? octets
                : entries[i + 1].toString().getBytes(StandardCharsets.UTF_8));
        zip.closeEntry();
      }
    }
    return file;
  }

  @Test
  void anArchiveIsReadEntryByEntryWhateverItsNamesSay() throws IOException {
    Path archive =
        zip(
            StandardCharsets.UTF_8,
            "Takeout/Contacts/All/All.vcf",
            CARD.formatted("a") + CARD.formatted("b") + "BEGIN:VCARD\n",
            "../../../etc/evil.VCF",
            CARD.formatted("c"),
            "photo.jpg",
            "x",
            "calendar.ics",
            EVENT.formatted("e"),
            "__MACOSX/._All.vcf",
            new byte[] {0, 5, 22, 7},
            "wide.vcf",
            ("\uFEFF" + CARD.formatted("wide ä")).getBytes(StandardCharsets.UTF_16LE),
            "inner.zip",
            "x",
            "empty/",
            "");

    Collected cards = Collected.read(Groupware.CONTACTS, List.of(archive));
    Collected events = Collected.read(Groupware.CALENDARS, List.of(archive));

    assertThat(cards.uids()).containsExactly("a", "b", "c", "wide ä");
    assertThat(cards.resources.get(2).place().toString())
        .isEqualTo("old.zip!/../../../etc/evil.VCF line 1");
    assertThat(cards.places())
        .containsExactlyInAnyOrder(
            "old.zip!/Takeout/Contacts/All/All.vcf line 11", "old.zip!/inner.zip");
    assertThat(cards.notes)
        .anySatisfy(note -> assertThat(note).contains("photo.jpg", "it is not a .vcf file"))
        .anySatisfy(note -> assertThat(note).contains("calendar.ics", "the other column"))
        .anySatisfy(note -> assertThat(note).contains("._All.vcf", "macOS"))
        .hasSize(3);
    assertThat(events.uids()).containsExactly("e");
    assertThat(folder.resolveSibling("etc")).doesNotExist();
  }

  @Test
  void anArchiveWithOldNamesIsRead() throws IOException {
    Path archive = zip(Charset.forName("IBM437"), "Ümläute.ics", EVENT.formatted("e"));

    assertThat(Collected.read(Groupware.CALENDARS, List.of(archive)).uids()).containsExactly("e");
  }

  @Test
  void anArchiveWithoutCardsIsAProblem() throws IOException {
    assertThat(
            Collected.read(Groupware.CONTACTS, List.of(zip(StandardCharsets.UTF_8, "a.csv", "x"))))
        .satisfies(
            found -> {
              assertThat(found.problems)
                  .extracting(Problem::cause)
                  .containsExactly("there is no .vcf file in this archive");
              assertThat(found.notes).hasSize(1);
            });
  }

  @ParameterizedTest
  @ValueSource(ints = {30, 60, 200})
  void aDamagedArchiveIsAProblemAndNoOtherFileSuffers(int cut) throws IOException {
    Path archive =
        zip(StandardCharsets.UTF_8, "a.vcf", CARD.formatted("a"), "b.vcf", CARD.formatted("b"));
    byte[] octets = Files.readAllBytes(archive);
    Files.write(archive, Arrays.copyOf(octets, octets.length - cut));
    Path good = Files.writeString(folder.resolve("good.vcf"), CARD.formatted("good"));

    Collected found = Collected.read(Groupware.CONTACTS, List.of(archive, good));

    assertThat(found.uids()).containsExactly("good");
    assertThat(found.places()).containsExactly("old.zip");
  }

  @Test
  void anEntryThatWasTamperedWithIsAProblemAndTheOthersAreRead() throws IOException {
    Path archive =
        zip(
            StandardCharsets.UTF_8,
            "a.vcf",
            CARD.formatted("a").repeat(9),
            "b.vcf",
            CARD.formatted("b"));
    byte[] octets = Files.readAllBytes(archive);
    for (int i = 40; i < 60; i++) {
      octets[i] = -1; // within the first entry
    }
    Files.write(archive, octets);

    Collected found = Collected.read(Groupware.CONTACTS, List.of(archive));

    assertThat(found.uids()).containsExactly("b");
    assertThat(found.places()).containsExactly("old.zip!/a.vcf");
  }

  @Test
  void anArchiveThatUnpacksWithoutEndIsStopped() throws IOException {
    byte[] mebi = new byte[1 << 20];
    Arrays.fill(mebi, (byte) '\n');
    Path archive = folder.resolve("bomb.zip");
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(archive))) {
      for (String name : List.of("a.vcf", "b.vcf", "c.vcf")) {
        zip.putNextEntry(new ZipEntry(name));
        if (name.equals("a.vcf")) {
          zip.write(CARD.formatted("a").getBytes(StandardCharsets.UTF_8));
        } else {
          for (long written = 0; written <= ExportArchive.LARGEST; written += mebi.length) {
            zip.write(mebi);
          }
        }
        zip.closeEntry();
      }
    }

    Collected found = Collected.read(Groupware.CONTACTS, List.of(archive));

    assertThat(found.uids()).containsExactly("a");
    assertThat(found.places()).containsExactly("bomb.zip!/b.vcf");
    assertThat(found.problems.get(0).cause()).contains("512 MiB");
  }

  @ParameterizedTest
  @ValueSource(strings = {"UTF-16LE", "UTF-16BE", "UTF-8"})
  void aFileIsReadInItsEncodingWithAndWithoutAMark(String charset) throws IOException {
    for (String mark : List.of("", "\uFEFF")) {
      byte[] cards = (mark + CARD.formatted("Grüße 😀")).getBytes(Charset.forName(charset));
      byte[] events = (mark + EVENT.formatted("Grüße 😀")).getBytes(Charset.forName(charset));

      assertThat(Collected.read(Groupware.CONTACTS, folder.resolve("c.vcf"), cards).uids())
          .containsExactly("Grüße 😀");
      Collected found = Collected.events(folder, events);
      assertThat(found.problems).isEmpty();
      assertThat(found.content("Grüße 😀")).contains("SUMMARY:Grüße 😀\r\n");
    }
  }

  @Test
  void aFileThatIsGoneIsAFaultOfItsOwn() throws IOException {
    Path good = Files.writeString(folder.resolve("good.vcf"), CARD.formatted("good"));
    Path gone = folder.resolve("gone.vcf");
    Collected found = new Collected();
    try (ExportReader reader = Exports.open(Groupware.CONTACTS, List.of(gone, good), folder)) {
      assertThatThrownBy(() -> reader.read(gone, found)).isInstanceOf(NoSuchFileException.class);
      reader.read(good, found);
    }
    assertThat(found.uids()).containsExactly("good");
  }
}
