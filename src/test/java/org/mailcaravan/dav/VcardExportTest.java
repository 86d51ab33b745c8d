package org.mailcaravan.dav;

import static org.assertj.core.api.Assertions.assertThat;

import ezvcard.Ezvcard;
import ezvcard.VCard;
import ezvcard.VCardVersion;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mailcaravan.model.Owner;
import org.mailcaravan.model.Problem;

class VcardExportTest {
  private final Path folder;

  VcardExportTest(@TempDir Path folder) {
    this.folder = folder;
  }

  @Test
  void readsWhatOutlookWrites() {
    byte[] photo = new byte[600];
    new Random(1).nextBytes(photo);
    String base64 =
        Base64.getMimeEncoder(72, "\r\n ".getBytes(StandardCharsets.US_ASCII))
            .encodeToString(photo);
    Collected found =
        Collected.cards(
            folder,
            """
            BEGIN:VCARD\r
            VERSION:2.1\r
            N;LANGUAGE=de;CHARSET=Windows-1252:Müller;Jörg;;Dr.\r
            FN;CHARSET=Windows-1252:Dr. Jörg Müller\r
            TEL;WORK;VOICE:+49 30 1234\r
            ADR;WORK;PREF;ENCODING=QUOTED-PRINTABLE:;;Stra=DFe 1=0D=0AHof;Berlin;;10115;=\r
            Deutschland\r
            X-MS-OL-DEFAULT-POSTAL-ADDRESS:2\r
            EMAIL;PREF;INTERNET:joerg@example.org\r
            PHOTO;TYPE=JPEG;ENCODING=BASE64:\r
             %s\r
            \r
            REV:20240101T000000Z\r
            END:VCARD\r
            """
                .formatted(base64)
                .replace("ADR;WORK;PREF;", "ADR;WORK;PREF;CHARSET=Windows-1252;"),
            Charset.forName("windows-1252"));

    assertThat(found.problems).isEmpty();
    VCard card = only(found);
    assertThat(card.getVersion()).isEqualTo(VCardVersion.V3_0);
    assertThat(card.getFormattedName().getValue()).isEqualTo("Dr. Jörg Müller");
    assertThat(card.getStructuredName().getFamily()).isEqualTo("Müller");
    assertThat(card.getAddresses().get(0).getStreetAddress()).isEqualTo("Straße 1\nHof");
    assertThat(card.getAddresses().get(0).getCountry()).isEqualTo("Deutschland");
    assertThat(card.getExtendedProperty("X-MS-OL-DEFAULT-POSTAL-ADDRESS").getValue())
        .isEqualTo("2");
    assertThat(card.getPhotos().get(0).getData()).isEqualTo(photo);
    assertThat(card.getUid().getValue()).startsWith("mailcaravan-");
  }

  @Test
  void readsWhatGoogleWrites() {
    Collected found =
        Collected.cards(
            folder,
            """
            BEGIN:VCARD
            VERSION:3.0
            FN:Zoë 😀 Ångström
            N:Ångström;Zoë;;;
            item1.EMAIL;TYPE=INTERNET:zoe@example.org
            item1.X-ABLabel:Lab
            item2.URL:https\\://example.org/~zoe
            item2.X-ABLabel:_$!<HomePage>!$_
            NOTE:one\\ntwo\\, three and a line that is long enough to be folded by whoeve
             r writes it
            CATEGORIES:myContacts
            END:VCARD
            """);

    assertThat(found.problems).isEmpty();
    VCard card = only(found);
    assertThat(card.getFormattedName().getValue()).isEqualTo("Zoë 😀 Ångström");
    assertThat(card.getEmails().get(0).getGroup()).isEqualTo("item1");
    assertThat(card.getExtendedProperties("X-ABLabel"))
        .extracting(label -> label.getGroup() + " " + label.getValue())
        .containsExactly("item1 Lab", "item2 _$!<HomePage>!$_");
    assertThat(card.getNotes().get(0).getValue())
        .isEqualTo(
            "one\ntwo, three and a line that is long enough to be folded by whoever writes it");
  }

  @Test
  void readsWhatAppleWritesAsFourAndKeepsItsUidAndItsOwnProperties() {
    Collected found =
        Collected.cards(
            folder,
            """
            BEGIN:VCARD
            VERSION:4.0
            PRODID:-//Apple Inc.//macOS 14//EN
            UID:urn:uuid:4fbe8971-0bc3-424c-9c26-36c3e1eff6b1
            FN:Ann Example
            N:Example;Ann;;;
            BDAY;X-APPLE-OMIT-YEAR=1604:1604-03-08
            ANNIVERSARY:20090808
            X-SOCIALPROFILE;TYPE=twitter:https://social.example.org/ann
            TEL;VALUE=uri;TYPE="cell,voice":tel:+1-418-555-0100
            END:VCARD
            """);

    assertThat(found.problems).isEmpty();
    assertThat(found.uids()).containsExactly("urn:uuid:4fbe8971-0bc3-424c-9c26-36c3e1eff6b1");
    assertThat(only(found).getProductId().getValue()).isEqualTo("-//Apple Inc.//macOS 14//EN");
    assertThat(found.resources.get(0).content())
        .contains("VERSION:3.0\r\n", "ANNIVERSARY", "X-SOCIALPROFILE", "X-APPLE-OMIT-YEAR=1604")
        .contains("+1-418-555-0100");
  }

  @Test
  void fillsInTheNamesThatVersionThreeRequires() {
    Collected found =
        Collected.cards(
            folder,
            """
            BEGIN:VCARD
            VERSION:2.1
            N:Doe;Jane;Q.
            END:VCARD
            BEGIN:VCARD
            VERSION:4.0
            FN:
            ORG:Example Ltd
            END:VCARD
            BEGIN:VCARD
            VERSION:3.0
            EMAIL:somebody@example.org
            END:VCARD
            """);

    assertThat(found.problems).isEmpty();
    assertThat(found.resources)
        .extracting(resource -> parse(resource).getFormattedName().getValue())
        .containsExactly("Jane Q. Doe", "Example Ltd", "somebody@example.org");
    assertThat(found.resources).allMatch(resource -> parse(resource).getStructuredName() != null);
  }

  @Test
  void derivesTheSameUidFromTheSameContentWhateverTheExportAdds() {
    String card =
        """
        BEGIN:VCARD
        VERSION:3.0
        FN:Ann
        N:;Ann;;;
        REV:%s
        END:VCARD
        """;
    String first = Collected.cards(folder, card.formatted("20240101T000000Z")).uids().get(0);
    String again =
        Collected.cards(folder, card.formatted("20250202T000000Z").replace("\n", "\r\n"))
            .uids()
            .get(0);
    String other = Collected.cards(folder, card.replace("Ann", "Bob")).uids().get(0);

    assertThat(again).isEqualTo(first).isNotEqualTo(other);
  }

  @Test
  void aBrokenCardDoesNotHarmItsNeighbours() {
    Collected found =
        Collected.cards(
            folder,
            """
            garbage before
            BEGIN:VCARD
            VERSION:3.0
            UID:first
            FN:First
            END:VCARD
            BEGIN:VCARD
            VERSION:3.0
            UID:not-closed
            FN:Not closed
            BEGIN:VCARD
            VERSION:3.0
            UID:second
            FN:Second
            this line has no colon
            END:VCARD
            BEGIN:VCARD
            END:VCARD
            BEGIN:VCARD
            VERSION:3.0
            UID:third
            FN:Third
            END:VCARD
            BEGIN:VCARD
            FN:cut off
            """);

    assertThat(found.uids()).containsExactly("first", "second", "third");
    assertThat(found.places())
        .containsExactly(
            "contacts.vcf line 7",
            "contacts.vcf line 15",
            "contacts.vcf line 17",
            "contacts.vcf line 24");
    assertThat(found.problems)
        .allSatisfy(problem -> assertThat(problem.owner()).isEqualTo(Owner.CUSTOMER))
        .noneSatisfy(problem -> assertThat(problem.toString()).contains("no colon"));
  }

  @ParameterizedTest
  @CsvSource({
    "this line has no colon, 0, 1",
    "'two lines\nof prose, with: colon', 0, 1",
    "' it continues nothing', 0, 1",
    "' ', 0, 0",
    "'', 0, 0",
    "'\uFEFF', 0, 0",
    "END:VCARD, 0, 1",
    "'VERSION:3.0\nFN:Lost\nTEL:1\nEND:VCARD', 1, 0",
    "'junk\n\njunk', 0, 1",
    "<html><body>Friends</body></html>, 0, 1",
    "item1.TEL:1, 1, 0",
  })
  void aLineBetweenTwoCardsHurtsNeither(String between, int problems, int notes) {
    Collected clean = Collected.cards(folder, card("a", "A") + card("b", "B"));
    Collected found = Collected.cards(folder, card("a", "A") + between + "\n" + card("b", "B"));

    assertThat(found.uids()).containsExactly("a", "b");
    assertThat(found.content("a")).isEqualTo(clean.content("a"));
    assertThat(found.content("b")).isEqualTo(clean.content("b"));
    assertThat(found.problems).hasSize(problems);
    assertThat(found.notes).hasSize(notes);
  }

  @Test
  void aCardWithinACardIsItsAgent() {
    Collected found =
        Collected.cards(
            folder,
            """
            BEGIN:VCARD
            VERSION:2.1
            N:Boss;Big
            AGENT:
            BEGIN:VCARD
            VERSION:2.1
            N:Friday;Fred
            END:VCARD
            TEL:1
            END:VCARD
            """);

    assertThat(found.problems).isEmpty();
    assertThat(only(found).getTelephoneNumbers()).hasSize(1);
    assertThat(found.resources.get(0).content()).contains("Friday");
  }

  /** Each level takes twice as much as the one in it, once it is written anew. */
  @Test
  void aCardThatHoldsManyOthersInOneAnotherIsBrokenAndTheNextIsRead() {
    Collected found =
        Collected.cards(
            folder,
            "BEGIN:VCARD\nVERSION:2.1\nN:A\nAGENT:\n".repeat(40)
                + "BEGIN:VCARD\nVERSION:2.1\nN:B\nEND:VCARD\n"
                + "END:VCARD\n".repeat(40)
                + card("next", "Next"));

    assertThat(found.problems).singleElement().asString().contains("cards are nested in it");
    assertThat(found.uids()).containsExactly("next");
  }

  private static String card(String uid, String name, String... more) {
    return "BEGIN:VCARD\nVERSION:3.0\nUID:%s\nFN:%s\n%sEND:VCARD\n"
        .formatted(
            uid, name, Stream.of(more).map(line -> line + "\n").collect(Collectors.joining()));
  }

  @Test
  void ofTwoDifferentCardsWithOneUidBothAreGivenAndNotedTheSameCardTwiceOnce() {
    String text = card("same", "One") + card("same", "One", "REV:2024") + card("same", "Two");
    Collected found = Collected.cards(folder, text);
    Collected again = Collected.cards(folder, text);

    assertThat(found.problems).isEmpty();
    assertThat(found.repeated).containsExactly("contacts.vcf line 6");
    assertThat(found.resources)
        .extracting(resource -> parse(resource).getFormattedName().getValue())
        .containsExactly("One", "Two");
    assertThat(found.uids().get(0)).isEqualTo("same");
    assertThat(found.uids().get(1)).startsWith("mailcaravan-");
    assertThat(found.resources.get(1).content()).contains("UID:" + found.uids().get(1) + "\r\n");
    assertThat(found.notes).singleElement().asString().startsWith("contacts.vcf line 12: ");
    assertThat(again.uids()).isEqualTo(found.uids());
  }

  @Test
  void ofTwoRevisionsOfACardTheNewerIsGivenInWhicheverFileItStands() throws IOException {
    Path old =
        Files.writeString(
            folder.resolve("old.vcf"),
            card("a", "Old", "REV:2023-01-01T00:00:00Z", "EMAIL:a@example.org"));
    Path recent =
        Files.writeString(
            folder.resolve("new.vcf"),
            card("a", "New", "REV:20240101T000000Z", "EMAIL:A@example.org"));
    for (List<Path> files : List.of(List.of(old, recent), List.of(recent, old))) {
      Collected found = Collected.read(Groupware.CONTACTS, files);
      assertThat(found.uids()).containsExactly("a");
      assertThat(found.content("a")).contains("FN:New");
      assertThat(found.notes).singleElement().asString().startsWith("old.vcf line 1: ");
    }
  }

  @Test
  void cardsThatHaveOnlyAShortUidInCommonAreGivenBothAlthoughOneIsNewer() {
    Collected found =
        Collected.cards(
            folder, card("1", "Ann", "REV:20230101") + card("1", "Bob", "REV:20240101"));

    assertThat(found.resources)
        .extracting(resource -> parse(resource).getFormattedName().getValue())
        .containsExactly("Ann", "Bob");
    assertThat(found.notes).singleElement().asString().endsWith("both were imported.");
  }

  @Test
  void whatStandsInSeveralFilesIsGivenOnceByUidOrByContent() throws IOException {
    Path all =
        Files.writeString(
            folder.resolve("all.vcf"),
            card("a", "A") + card("b", "B") + card("", "C") + card("m", "M"));
    Path some =
        Files.writeString(
            folder.resolve("some.vcf"),
            card("b", "B", "PRODID:x")
                + card("z", "A")
                + card("", "C")
                + "BEGIN:VCARD\nVERSION:2.1\nFN:C\nEND:VCARD\n"
                + card("n", "M")
                + card("g", "G", "X-ADDRESSBOOKSERVER-MEMBER:urn:uuid:N"));

    Collected found = Collected.read(Groupware.CONTACTS, List.of(all, some));

    assertThat(found.problems).isEmpty();
    assertThat(found.resources)
        .extracting(resource -> parse(resource).getFormattedName().getValue())
        .containsExactly("A", "B", "C", "M", "M", "G");
    assertThat(found.repeated)
        .containsExactly(
            "some.vcf line 1", "some.vcf line 7", "some.vcf line 12", "some.vcf line 17");
  }

  @Test
  void aCardOfVersionThreeStaysAsItStands() {
    String card =
        """
        BEGIN:VCARD
        VERSION:3.0
        UID:a
        PRODID:-//Somebody//EN
        N:Doe,Roe;Jane\\;X;;;
        FN:Jane
        X-Odd;P="a;b:c":x:y;z
        item1.X-ABDATE;TYPE=pref:2001-02-03
        item1.X-ABLabel:_$!<Anniversary>!$_
        IMPP;X-SERVICE-TYPE=Skype;TYPE=HOME:skype:jane
        REV:2024-01-01T00:00:00Z
        BDAY;X-APPLE-OMIT-YEAR=1604:1604-05-06
        END:VCARD
        """;
    assertThat(Collected.cards(folder, card).content("a")).isEqualTo(card.replace("\n", "\r\n"));
  }

  @Test
  void everyLineIsReadInTheCharsetItIsWrittenIn() {
    byte[] text =
        """
        BEGIN:VCARD
        VERSION:2.1
        N:M\u00fcller;J\u00f6rg
        ORG:\u00c3\u0096l
        TITLE;CHARSET=windows-1251:\u00c4\u00ee\u00ea
        X-A;CHARSET=bogus:\u0080
        NOTE;ENCODING=QUOTED-PRINTABLE:Stra=DFe
        NICKNAME;QUOTED-PRINTABLE;CHARSET=UTF-8:J=C3=B6r=
        =67 =
         x
        ROLE;ENCODING=QUOTED-PRINTABLE;CHARSET=SHIFT_JIS:=93=FA=96=7B
        END:VCARD
        """
            .getBytes(StandardCharsets.ISO_8859_1);
    Collected found = Collected.read(Groupware.CONTACTS, folder.resolve("contacts.vcf"), text);

    assertThat(found.problems).isEmpty();
    assertThat(found.resources.get(0).content())
        .contains("N:Müller;Jörg", "ORG:Öl\r\n", "TITLE:Док\r\n", "X-A:€\r\n", "NOTE:Straße\r\n")
        .contains("NICKNAME:Jörg  x\r\n", "ROLE:日本\r\n")
        .doesNotContain("CHARSET", "QUOTED");
  }

  @Test
  void aPhotoThatIsNotIndentedIsReadWhole() {
    byte[] photo = new byte[300];
    new Random(2).nextBytes(photo);
    String base64 = Base64.getMimeEncoder(60, new byte[] {'\n'}).encodeToString(photo);
    Collected found =
        Collected.cards(
            folder,
            "BEGIN:VCARD\nVERSION:2.1\nFN:A\nPHOTO;ENCODING=BASE64;JPEG:"
                + base64
                + "\n\nTEL;CELL:1\nEND:VCARD\n");

    assertThat(found.problems).isEmpty();
    assertThat(only(found).getPhotos().get(0).getData()).isEqualTo(photo);
    assertThat(only(found).getTelephoneNumbers()).hasSize(1);
  }

  @Test
  void distributionListsOfVersionFourAreKeptInTheWordsOfBoth() {
    Collected found =
        Collected.cards(
            folder,
            """
            BEGIN:VCARD
            VERSION:4.0
            UID:urn:uuid:g
            KIND:group
            FN:Friends
            MEMBER:urn:uuid:03a0e51f
            MEMBER:mailto:bob@example.org
            END:VCARD
            """);

    assertThat(found.content("urn:uuid:g").lines())
        .contains(
            "KIND:group",
            "MEMBER:urn:uuid:03a0e51f",
            "X-ADDRESSBOOKSERVER-KIND:group",
            "X-ADDRESSBOOKSERVER-MEMBER:urn:uuid:03a0e51f",
            "X-ADDRESSBOOKSERVER-MEMBER:mailto:bob@example.org");
  }

  @Test
  void howAJapaneseNameIsReadSurvivesAndSoDoUrls() {
    byte[] text =
        """
        BEGIN:VCARD
        VERSION:2.1
        N;CHARSET=SHIFT_JIS:\u0093\u00fa\u0096{
        SOUND;X-IRMC-N;CHARSET=SHIFT_JIS:\u00c6\u00ce\u00dd;\u00ca;;;
        URL:http://example.org/?a;b,c:d
        END:VCARD
        """
            .getBytes(StandardCharsets.ISO_8859_1);
    Collected found = Collected.read(Groupware.CONTACTS, folder.resolve("contacts.vcf"), text);

    assertThat(found.problems).isEmpty();
    assertThat(found.resources.get(0).content().lines())
        .contains("X-PHONETIC-LAST-NAME:ﾆﾎﾝ", "X-PHONETIC-FIRST-NAME:ﾊ", "FN:日本")
        .contains("URL:http://example.org/?a;b,c:d")
        .noneMatch(line -> line.startsWith("SOUND"));
  }

  @Test
  void datesWithoutAYearSurvive() {
    Collected found =
        Collected.cards(
            folder,
            """
            BEGIN:VCARD
            VERSION:4.0
            UID:a
            FN:A
            N:x,y;z;;;
            BDAY:--0203
            ANNIVERSARY:1999-05
            END:VCARD
            BEGIN:VCARD
            VERSION:4.0
            UID:b
            FN:B
            BDAY;VALUE=text:circa 1800
            ANNIVERSARY:20090808T1430-0500
            DEATHDATE:19900102
            END:VCARD
            """);

    assertThat(found.content("a").lines())
        .contains(
            "BDAY;X-APPLE-OMIT-YEAR=1604;VALUE=date:1604-02-03",
            "ANNIVERSARY:1999-05",
            "N:x,y;z;;;");
    assertThat(found.content("b").lines())
        .contains("BDAY;VALUE=text:circa 1800", "ANNIVERSARY:20090808T1430-0500")
        .anyMatch(line -> line.matches("DEATHDATE.*:1990-?01-?02"));
  }

  @Test
  void linesOfOldMacintoshProgramsAreToldFromStrayReturns() {
    Collected found =
        Collected.cards(
            folder,
            card("mac", "Mac", "NOTE:x").replace('\n', '\r')
                + card("dos", "Dos", "NOTE:a\rb").replace("\n", "\r\n")
                + card("mac2", "Mac2").replace('\n', '\r')
                + "\uFEFF"
                + card("unix", "Unix", "NOTE:c\u0001d"));

    assertThat(found.problems).isEmpty();
    assertThat(found.uids()).containsExactly("mac", "dos", "mac2", "unix");
    assertThat(found.content("dos")).contains("NOTE:a b\r\n");
    assertThat(found.content("unix")).contains("NOTE:cd\r\n");
    assertThat(found.resources.get(3).place().toString()).isEqualTo("contacts.vcf line 18");
  }

  @Test
  void aFileOfBrokenLinesIsNotReportedWithoutEnd() {
    Collected found = Collected.cards(folder, "BEGIN:VCARD\n".repeat(5000) + card("a", "A"));

    assertThat(found.uids()).containsExactly("a");
    assertThat(found.problems).hasSize(FileProblems.MOST + 1);
    assertThat(found.problems.get(FileProblems.MOST).cause()).contains("4000 more");
  }

  @ParameterizedTest
  @CsvSource({
    "'', contacts.vcf line 1",
    "'no card\nat all\n', contacts.vcf line 2",
  })
  void saysWhenThereIsNoCardAtAll(String text, String place) {
    assertThat(Collected.cards(folder, text).places()).containsExactly(place);
  }

  @Test
  void aFoldWithinACharacterIsMended() {
    byte[] text =
        "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:M\u00c3\r\n \u00bcller\r\nEND:VCARD\r\n"
            .getBytes(StandardCharsets.ISO_8859_1);
    Collected found = Collected.read(Groupware.CONTACTS, folder.resolve("contacts.vcf"), text);

    assertThat(only(found).getFormattedName().getValue()).isEqualTo("Müller");
  }

  @Test
  void aCardThatIsTooLargeIsReportedAndTheNextIsRead() {
    Collected found =
        Collected.cards(
            folder,
            "BEGIN:VCARD\nVERSION:3.0\nFN:Large\nNOTE:%s\nEND:VCARD\n"
                    .formatted("x".repeat(ExportReader.LARGEST_RESOURCE + 1))
                + "BEGIN:VCARD\nVERSION:3.0\nUID:next\nFN:Next\nEND:VCARD\n");

    assertThat(found.places()).containsExactly("contacts.vcf line 1");
    assertThat(found.uids()).containsExactly("next");
  }

  @Test
  void anEmptyNameStaysWhereItIsMeant() {
    Collected found =
        Collected.cards(
            folder,
            """
            BEGIN:VCARD
            VERSION:3.0
            UID:company
            N:;;;;
            FN:
            ORG:Example Ltd;Sales
            PHOTO;TYPE=JPEG;ENCODING=BASE64:/9j/
            END:VCARD
            BEGIN:VCARD
            VERSION:3.0
            UID:person
            FN:Jane, Doe
            END:VCARD
            BEGIN:VCARD
            VERSION:3.0
            UID:shop
            FN:Shop
            ORG:Shop
            END:VCARD
            """);

    assertThat(found.content("company").lines())
        .contains("FN:Example Ltd", "N:;;;;", "PHOTO;TYPE=JPEG;ENCODING=b:/9j/");
    assertThat(found.content("person").lines()).contains("FN:Jane, Doe", "N:;Jane\\, Doe;;;");
    assertThat(found.content("shop").lines()).contains("FN:Shop", "N:;;;;");
  }

  @Test
  void ofMoreCardsThanAnybodyHasTheFirstAreRead() {
    int most = ExportReader.MOST_COMPONENTS;
    String card = "BEGIN:VCARD\nVERSION:3.0\nFN:x\nN:x;;;;\nEND:VCARD\n";
    Collected found = Collected.cards(folder, card.repeat(most + 3));

    assertThat(found.resources).hasSize(1);
    assertThat(found.repeated).hasSize(most - 1);
    assertThat(found.problems)
        .singleElement()
        .extracting(problem -> problem.place().toString(), Problem::cause)
        .containsExactly(
            "contacts.vcf line " + (5 * most + 1),
            "the files hold more than 200000 entries; nothing was read from here on");
  }

  private static VCard only(Collected found) {
    assertThat(found.resources).hasSize(1);
    return parse(found.resources.get(0));
  }

  private static VCard parse(Resource resource) {
    return Ezvcard.parse(resource.content()).first();
  }
}
