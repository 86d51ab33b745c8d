package org.mailcaravan.dav;

import static org.assertj.core.api.Assertions.assertThat;

import biweekly.Biweekly;
import biweekly.ICalendar;
import biweekly.component.ICalComponent;
import biweekly.io.TimezoneInfo;
import biweekly.property.ICalProperty;
import biweekly.property.RecurrenceId;
import biweekly.property.Uid;
import biweekly.util.Duration;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Exports as programs write them, with their quirks, and what a server must hold when one was
 * imported, whichever server it is.
 */
final class Samples {
  /**
   * An export.
   *
   * @param name of the file
   * @param charset that it is written in
   * @param resources how many cards or entries it holds
   */
  record Sample(String name, Charset charset, int resources) {
    Groupware kind() {
      return name.endsWith(".vcf") ? Groupware.CONTACTS : Groupware.CALENDARS;
    }

    byte[] octets() {
      try (InputStream in = Samples.class.getResourceAsStream("samples/" + name)) {
        if (in == null) {
          throw new AssertionError("there is no sample " + name);
        }
        return in.readAllBytes();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    Path copyTo(Path folder) throws IOException {
      return Files.write(folder.resolve(name), octets());
    }

    @Override
    public String toString() {
      return name;
    }
  }

  private static final Pattern DURATION = Pattern.compile("duration=(-?P\\w+)");
  private static final Charset WINDOWS = Charset.forName("windows-1252");

  /** What each card of a sample must hold, without parameters, by a line that only it has. */
  private static final Map<String, List<List<String>>> CARDS =
      Map.of(
          "outlook.vcf",
          List.of(
              List.of(
                  "FN:Dr. Jörg von Müller jr.",
                  "N:Müller;Jörg;von;Dr.;jr.",
                  "ORG:Beispiel GmbH & Co. KG;Vertrieb",
                  "TITLE:Geschäftsführer",
                  "NOTE:Zeile eins\\nZeile zwölf\\, mit Komma\\; und Semikolon\\nund ="
                      + " Gleichheitszeichen\\n",
                  "ADR:;Haus B;Große Straße 1;Köln;NRW;50667;Deutschland",
                  "X-MS-OL-DEFAULT-POSTAL-ADDRESS:2",
                  "X-MS-IMADDRESS:joerg@im.example.com",
                  "BDAY:1970-01-02",
                  "EMAIL:joerg@example.com"),
              List.of(
                  "FN:Doe\\, Jr.\\, John",
                  "N:Doe\\, Jr.;John;;;",
                  "ADR:;;1 Main St\\, Apt 2;Springfield;IL;62701;USA")),
          "google.vcf",
          List.of(
              List.of(
                  "FN:Zoë 😀 Ångström",
                  "N:Ångström;Zoë;Émilie;;",
                  "ITEM1.X-ABLABEL:Laboratoire",
                  "ITEM1.EMAIL:zoe@lab.example.org",
                  "ITEM5.X-ABDATE:2009-08-08",
                  "ITEM6.X-ABLABEL:_$!<Sister>!$_",
                  "PHOTO:https://lh3.example.com/contacts/abc_DEF-123",
                  "X-PHONETIC-FIRST-NAME:ゾエ",
                  "CATEGORIES:myContacts,starred"),
              List.of("FN:Example Company", "N:", "ORG:Example Company"),
              List.of("FN:nobody@example.org", "EMAIL:nobody@example.org")),
          "apple.vcf",
          List.of(
              List.of(
                  "FN:Ann Example",
                  "BDAY:1604-03-08",
                  "ITEM1.X-ABADR:us",
                  "X-SOCIALPROFILE:https://social.example.org/ann",
                  "IMPP:skype:ann.example",
                  "UID:a1b2c3d4-0000-4000-8000-000000000001"),
              List.of("FN:Blumen Müßig", "X-ABSHOWAS:COMPANY"),
              List.of(
                  "FN:Freunde",
                  "X-ADDRESSBOOKSERVER-KIND:group",
                  "X-ADDRESSBOOKSERVER-MEMBER:urn:uuid:a1b2c3d4-0000-4000-8000-000000000001",
                  "X-ADDRESSBOOKSERVER-MEMBER:urn:uuid:a1b2c3d4-0000-4000-8000-000000000002")),
          "thunderbird.vcf",
          List.of(
              List.of(
                  "FN:Bernd Beispiel",
                  "N:Beispiel,Zweitname;Bernd;;;",
                  "EMAIL:bernd@example.org",
                  "EMAIL:b.beispiel@example.com",
                  "TEL:0170 1",
                  "BDAY:1604-02-29",
                  "NOTE:eins\\nzwei\\, drei",
                  "ORG:Beispiel AG;Einkauf",
                  "X-CUSTOM1:eigenes Feld",
                  "UID:5f0d1c7e-1111-4222-8333-944445555666"),
              List.of(
                  "FN:Kegelclub",
                  "X-ADDRESSBOOKSERVER-KIND:group",
                  "MEMBER:urn:uuid:5f0d1c7e-1111-4222-8333-944445555666",
                  "X-ADDRESSBOOKSERVER-MEMBER:mailto:gast@example.org")),
          "nextcloud.vcf",
          List.of(
              List.of(
                  "FN:Łukasz Żółć",
                  "CATEGORIES:Rodzina,Praca",
                  "X-SOCIALPROFILE:@lukasz@example.social"),
              List.of(
                  "FN:Mia",
                  "ADR:;;Weg 2;Wien;;1010;Österreich",
                  "RELATED:urn:uuid:c0ffee00-0000-4000-8000-00000000000a",
                  "GENDER:F")),
          "phone.vcf",
          List.of(
              List.of(
                  "FN:Jiří Nový",
                  "N:Nový;Jiří;;;",
                  "TEL:+420601000000",
                  "NOTE:příliš žluťoučký kůň\\nkonec",
                  "X-CLASS:PRIVATE"),
              List.of("FN:=C4", "TEL:110"),
              List.of("FN:Chef", "TEL:1")));

  private Samples() {}

  static List<Sample> all() {
    return List.of(
        new Sample("outlook.vcf", WINDOWS, 2),
        new Sample("google.vcf", StandardCharsets.UTF_8, 3),
        new Sample("apple.vcf", StandardCharsets.UTF_8, 3),
        new Sample("thunderbird.vcf", StandardCharsets.UTF_8, 2),
        new Sample("nextcloud.vcf", StandardCharsets.UTF_8, 2),
        new Sample("phone.vcf", StandardCharsets.UTF_8, 3),
        new Sample("outlook.ics", StandardCharsets.UTF_8, 3),
        new Sample("google.ics", StandardCharsets.UTF_8, 2),
        new Sample("apple.ics", StandardCharsets.UTF_8, 2),
        new Sample("thunderbird.ics", StandardCharsets.UTF_8, 2),
        new Sample("nextcloud.ics", StandardCharsets.UTF_8, 4),
        new Sample("latin1.ics", WINDOWS, 1));
  }

  /** Compares by property what a server holds with what the sample says. */
  static void assertHeld(Sample sample, Collection<String> held) {
    assertThat(held).hasSize(sample.resources());
    if (sample.kind() == Groupware.CONTACTS) {
      List<List<String>> cards = held.stream().map(Samples::plainLines).toList();
      for (List<String> expected : CARDS.getOrDefault(sample.name(), List.of())) {
        List<String> card =
            cards.stream()
                .filter(lines -> lines.contains(expected.get(0)))
                .findFirst()
                .orElseThrow(() -> new AssertionError(expected.get(0) + " is not in " + cards));
        assertThat(card).containsAll(expected.stream().map(Samples::withoutEmptyEnd).toList());
      }
    } else {
      assertThat(components(held)).isEqualTo(components(List.of(unfolded(sample))));
    }
  }

  /** The lines of a card without parameters, as their order and case are the server's. */
  private static List<String> plainLines(String card) {
    return card.replaceAll("\r?\n[ \t]", "")
        .lines()
        .map(
            line -> {
              int colon = ContentLine.colon(line);
              String name = line.substring(0, colon).replaceAll(";.*", "");
              return withoutEmptyEnd(name.toUpperCase(Locale.ROOT) + line.substring(colon));
            })
        .toList();
  }

  /** Parts of a name that are empty may be left out at its end. */
  private static String withoutEmptyEnd(String line) {
    return line.startsWith("N:") || line.startsWith("ORG:") ? line.replaceAll(";+$", "") : line;
  }

  /** Unfolded as octets, since some programs fold within characters. */
  private static String unfolded(Sample sample) {
    String octets = new String(sample.octets(), StandardCharsets.ISO_8859_1);
    return new String(
        octets
            .replaceAll("\r*\n[ \t]", "")
            .replaceAll("\r*\n", "\r\n")
            .getBytes(StandardCharsets.ISO_8859_1),
        sample.charset());
  }

  /** Every event, task and journal entry with its properties, dates as moments with their zone. */
  private static Map<String, List<String>> components(Collection<String> calendars) {
    Map<String, List<String>> components = new TreeMap<>();
    for (String text : calendars) {
      for (ICalendar calendar : Biweekly.parse(text).all()) {
        for (ICalComponent component : calendar.getComponents().values()) {
          List<String> properties = new ArrayList<>();
          gather("", component, calendar.getTimezoneInfo(), properties);
          properties.sort(null);
          Uid uid = component.getProperty(Uid.class);
          RecurrenceId occurrence = component.getProperty(RecurrenceId.class);
          boolean derived = uid == null || uid.getValue().startsWith("mailcaravan-");
          String key =
              component.getClass().getSimpleName()
                  + " "
                  + (uid == null || derived ? "derived" : uid.getValue())
                  + " "
                  + (occurrence == null ? "" : occurrence.getValue());
          properties.removeIf(property -> derived && property.startsWith("Uid "));
          assertThat(components.put(key, properties)).as(key).isNull();
        }
      }
    }
    return components;
  }

  private static void gather(
      String prefix, ICalComponent component, TimezoneInfo zones, List<String> properties) {
    for (ICalProperty property : component.getProperties().values()) {
      var zone = zones.getTimezone(property);
      String id = zone == null ? "" : zone.getTimeZone().getID();
      String text = normal(property.toString());
      properties.add(
          prefix
              + property.getClass().getSimpleName()
              + " "
              + text.substring(text.indexOf('['))
              + (zones.isFloating(property) ? " floating" : " " + id));
    }
    for (ICalComponent inner : component.getComponents().values()) {
      gather(prefix + inner.getClass().getSimpleName() + " ", inner, zones, properties);
    }
  }

  /**
   * Servers may write a duration in another way. Radicale (vobject 0.9) keeps of properties that it
   * does not know only what stands before a comma.
   */
  private static String normal(String property) {
    return DURATION
        .matcher(property)
        .replaceAll(found -> "duration=" + Duration.parse(found.group(1)).toMillis())
        .replaceAll("(name=X-APPLE-STRUCTURED-LOCATION \\| value=[^,|]*),[^|]*", "$1 ");
  }

  /** All samples of one kind. */
  static List<Sample> of(Groupware kind) {
    return all().stream().filter(sample -> sample.kind() == kind).collect(Collectors.toList());
  }
}
