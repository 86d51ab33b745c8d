package org.mailcaravan.dav;

import static org.assertj.core.api.Assertions.assertThat;

import ezvcard.Ezvcard;
import ezvcard.VCard;
import ezvcard.VCardVersion;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mailcaravan.model.Owner;

class VcardFileTest {
  private final Path folder;

  VcardFileTest(@TempDir Path folder) {
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

  @Test
  void ofTwoDifferentCardsWithOneUidTheSecondIsReported() {
    String card =
        """
        BEGIN:VCARD
        VERSION:3.0
        UID:same
        FN:%s
        END:VCARD
        """;
    Collected found =
        Collected.cards(
            folder, card.formatted("One") + card.formatted("One") + card.formatted("Two"));

    assertThat(found.uids()).containsExactly("same", "same");
    assertThat(found.places()).containsExactly("contacts.vcf line 11");
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

  private static VCard only(Collected found) {
    assertThat(found.resources).hasSize(1);
    return parse(found.resources.get(0));
  }

  private static VCard parse(Resource resource) {
    return Ezvcard.parse(resource.content()).first();
  }
}
