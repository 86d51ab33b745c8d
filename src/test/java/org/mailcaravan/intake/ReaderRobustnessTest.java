package org.mailcaravan.intake;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.mailcaravan.model.Request;
import org.mailcaravan.model.RequestRejected;
import org.mailcaravan.model.RequestRow;
import org.mailcaravan.model.Secret;
import org.mailcaravan.server.Lengthy;

/** Throws damaged and random files at the reader; the seeds make each run the same. */
@Lengthy
class ReaderRobustnessTest {
  private static final String CSV =
      RequestReaderTest.ALL_COLUMNS
          + "anna@example.org,Hunter2Anna,imap.example.org,993,tls,anna,a@x.example,Hunter2New,,\n"
          + "\"bert@example.org\",\"Hunter2,\"\"Bert\",imap.example.org,,,,,\"Hunter2;New\",,\n"
          + "carl@example.org,Hunter2Carl,imap.example.org,143,starttls,,,Hunter2,c.vcf,d.ics\n";
  private static final String JSON =
      """
      {"mailboxes": [
        {"source_email": "anna@example.org", "source_password": "Hunter2Anna", "source_imap_server": "imap.x",
         "source_port": 993, "destination_password": "Hunter2New"},
        {"source_email": "bert@example.org", "source_password": "Hunter2\\"Bert", "source_imap_server": "imap.x"}
      ]}
      """;
  private static final int ROUNDS = Integer.getInteger("mailcaravan.fuzz-rounds", 1600) / 4;
  private static final long SEED = Long.getLong("mailcaravan.fuzz-seed", 11);
  private static final String PIECES = "\",;\t\r\n\\@.:{}[]\u0000\uFEFF\u00e4* =<a1_";

  private final Path folder;
  private int accepted;
  private int rejectedRows;
  private int rejectedFiles;

  ReaderRobustnessTest(@TempDir Path folder) {
    this.folder = folder;
  }

  /** Removes, doubles, replaces and moves pieces of a text. */
  private static String damaged(String text, Random random) {
    StringBuilder damaged = new StringBuilder(text);
    for (int i = random.nextInt(6); i >= 0 && damaged.length() > 0; i--) {
      int at = random.nextInt(damaged.length());
      int end = Math.min(damaged.length(), at + 1 + random.nextInt(12));
      String piece = String.valueOf(PIECES.charAt(random.nextInt(PIECES.length())));
      switch (random.nextInt(5)) {
        case 0 -> damaged.delete(at, end);
        case 1 -> damaged.insert(at, damaged.substring(at, end));
        case 2 -> damaged.insert(random.nextInt(damaged.length()), damaged.substring(at, end));
        case 3 -> damaged.replace(at, at + 1, piece);
        default -> damaged.insert(at, piece);
      }
    }
    return damaged.toString();
  }

  /** Repeats a piece of a text often, so that it is wide, long or deep. */
  private static String stretched(String text, Random random) {
    int at = random.nextInt(text.length());
    String piece = text.substring(at, Math.min(text.length(), at + 1 + random.nextInt(8)));
    return text.substring(0, at) + piece.repeat(1 + random.nextInt(2000)) + text.substring(at);
  }

  private static byte[] random(Random random) {
    byte[] octets = new byte[random.nextInt(200)];
    for (int i = 0; i < octets.length; i++) {
      octets[i] =
          random.nextInt(4) == 0
              ? (byte) random.nextInt()
              : (byte) PIECES.charAt(random.nextInt(PIECES.length()));
    }
    return octets;
  }

  private void readAndMask(byte[] octets, Random random) throws IOException {
    Path file = Files.write(folder.resolve("in.csv"), octets);
    RequestReader reader =
        new RequestReader(
            new RequestRules(random.nextBoolean(), true, random.nextBoolean(), List.of(folder)),
            ListsOfOtherProductsTest.SERVERS);
    try {
      Request request = reader.read(file);
      accepted += request.rows().size();
      rejectedRows += request.rejected().size();
      assertThat(request.rows().size() + request.rejected().size()).isPositive();
      assertThat(request.rejected())
          .allSatisfy(
              problem ->
                  assertThat(
                          problem.column().isEmpty() || Column.words().contains(problem.column()))
                      .isTrue());
      // A row that is turned away shows nothing of a password, in whatever column it stands now.
      assertThat(request.rejected().toString()).doesNotContain("unter2");
      assertThat(request.reading().toString()).doesNotContain("unter2");
      Path copy = new MaskedCopy().write(file, folder.resolve("out.csv"));
      assertNothingIsAccepted(reader, copy);
      assertNoPassword(request, Files.readString(copy));
      Files.delete(copy);
    } catch (RequestRejected e) {
      // Nothing else may come.
      rejectedFiles++;
      assertThat(e.problem().place().toString()).startsWith("in.csv");
      assertThat(e.toString()).doesNotContain("unter2");
    }
  }

  private static void assertNothingIsAccepted(RequestReader reader, Path copy) {
    try {
      assertThat(reader.read(copy).rows()).isEmpty();
    } catch (RequestRejected e) {
      // The copy of a list without a header has none either, and no passwords that show its shape.
      assertThat(e.problem().place().toString()).startsWith("out.csv");
    }
  }

  private static void assertNoPassword(Request request, String copy) {
    for (RequestRow row : request.rows()) {
      for (Secret secret : new Secret[] {row.sourcePassword(), row.destinationPassword()}) {
        // Short ones are in any text.
        if (secret != null && secret.reveal().length() > 5) {
          assertThat(copy).doesNotContain(secret.reveal());
          assertThat(request.toString()).doesNotContain(secret.reveal());
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1, 2, 3})
  void neverThrowsAnythingButARejection(long seed) throws IOException {
    Random random = new Random(SEED + seed);
    for (int round = 0; round < ROUNDS; round++) {
      String stretched = stretched(random.nextBoolean() ? CSV : JSON, random);
      readAndMask(stretched.getBytes(StandardCharsets.UTF_8), random);
      readAndMask(("\uFEFF" + damaged(CSV, random)).getBytes(StandardCharsets.UTF_16BE), random);
      readAndMask(damaged(CSV, random).getBytes(StandardCharsets.UTF_8), random);
      readAndMask(damaged(JSON, random).getBytes(StandardCharsets.UTF_8), random);
      readAndMask(random(random), random);
      byte[] rows =
          (RequestReaderTest.ALL_COLUMNS + new String(random(random), StandardCharsets.ISO_8859_1))
              .getBytes(StandardCharsets.UTF_8);
      readAndMask(rows, random);
    }
    assertAllKindsSeen();
  }

  private void assertAllKindsSeen() {
    assertThat(accepted).isPositive();
    assertThat(rejectedRows).isPositive();
    assertThat(rejectedFiles).isPositive();
  }

  static List<Path> lists() throws IOException {
    try (Stream<Path> files = Files.list(ListsOfOtherProductsTest.lists())) {
      return files.filter(file -> !file.toString().endsWith(".txt")).sorted().toList();
    }
  }

  private static final List<Charset> CHARSETS =
      List.of(
          StandardCharsets.UTF_8,
          StandardCharsets.UTF_16LE,
          StandardCharsets.UTF_16BE,
          Charset.forName("windows-1252"));

  /** Lists of other products, in all character sets; workbooks in their parts and their octets. */
  @ParameterizedTest
  @MethodSource("lists")
  void neverThrowsAnythingButARejectionAtListsOfOtherProducts(Path list) throws IOException {
    Random random = new Random(SEED);
    byte[] octets = Files.readAllBytes(list);
    Map<String, String> parts = list.toString().endsWith(".xlsx") ? parts(octets) : Map.of();
    for (int round = 0; round < ROUNDS / 4; round++) {
      if (parts.isEmpty()) {
        String text = new String(octets, StandardCharsets.UTF_8).replace("secret", "Hunter2");
        String damaged = random.nextInt(8) == 0 ? stretched(text, random) : damaged(text, random);
        readAndMask(damaged.getBytes(CHARSETS.get(random.nextInt(CHARSETS.size()))), random);
      } else if (round % 4 == 0) {
        byte[] copy = octets.clone();
        for (int i = random.nextInt(4); i >= 0; i--) {
          copy[random.nextInt(copy.length)] = (byte) random.nextInt();
        }
        readAndMask(copy, random);
      } else {
        Map<String, String> damaged = new LinkedHashMap<>(parts);
        List<String> names =
            parts.keySet().stream().filter(name -> name.startsWith("xl/")).toList();
        damaged.compute(
            names.get(random.nextInt(names.size())), (name, text) -> damaged(text, random));
        readAndMask(WorkbookTest.zip(damaged), random);
      }
    }
    assertAllKindsSeen();
  }

  private static Map<String, String> parts(byte[] octets) throws IOException {
    Map<String, String> parts = new LinkedHashMap<>();
    try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(octets))) {
      for (ZipEntry part = zip.getNextEntry(); part != null; part = zip.getNextEntry()) {
        parts.put(
            part.getName(),
            new String(zip.readAllBytes(), StandardCharsets.UTF_8).replace("secret", "Hunter2"));
      }
    }
    return parts;
  }
}
