package org.mailcaravan.sync.folders;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertAll;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.mailcaravan.imap.FolderName;
import org.mailcaravan.imap.FolderStatus;
import org.mailcaravan.imap.ListedFolder;
import org.mailcaravan.imap.Namespaces;

/**
 * A side is written as {@code prefix|separator|foreign prefixes}, a folder as its name and then its
 * attributes.
 */
class FolderMapperTest {
  private static final String DOVECOT = "|/|";
  private static final String COURIER = "INBOX.|.|";

  @Test
  void translatesPrefixAndSeparator() {
    assertThat(map(COURIER, list("INBOX", "INBOX.Work", "INBOX.Work.2019"), DOVECOT, list("INBOX")))
        .containsExactly("INBOX -> INBOX", "INBOX.Work -> Work", "INBOX.Work.2019 -> Work/2019");
    assertThat(map(DOVECOT, list("Work/2019", "Work", "inbox"), COURIER, list("INBOX")))
        .containsExactly("inbox -> INBOX", "Work -> INBOX.Work", "Work/2019 -> INBOX.Work.2019");
    assertThat(map("|\\|", list("A\\B"), "user/|/|", list())).containsExactly("A\\B -> user/A/B");
  }

  @Test
  void keepsChildrenOfInboxWhereTheDestinationAllowsThem() {
    List<ListedFolder> source = list("INBOX", "INBOX/Sub", "INBOX/Sub/Deep", "Sub");
    assertThat(map(DOVECOT, source, "|.|", list("INBOX")))
        .containsExactly(
            "INBOX -> INBOX",
            "INBOX/Sub -> INBOX.Sub",
            "INBOX/Sub/Deep -> INBOX.Sub.Deep",
            "Sub -> Sub");
    assertThat(map(DOVECOT, source, DOVECOT, list("INBOX \\noinferiors")))
        .containsExactly(
            "INBOX -> INBOX",
            "INBOX/Sub -> INBOX - Sub *",
            "INBOX/Sub/Deep -> INBOX - Sub/Deep",
            "Sub -> Sub");
    assertThat(map(DOVECOT, source, COURIER, list("INBOX")))
        .as("below the prefix both would be INBOX.Sub")
        .containsExactly(
            "INBOX -> INBOX",
            "INBOX/Sub -> INBOX.Sub-2 *",
            "INBOX/Sub/Deep -> INBOX.Sub-2.Deep",
            "Sub -> INBOX.Sub");
  }

  @Test
  void neverMistakesAFolderBelowThePrefixForInbox() {
    List<ListedFolder> source = list("INBOX", "INBOX.INBOX", "INBOX.INBOX.Sub", "INBOX.Sub");
    assertThat(map(COURIER, source, DOVECOT, list("INBOX")))
        .containsExactly(
            "INBOX -> INBOX",
            "INBOX.INBOX -> INBOX-2 *",
            "INBOX.INBOX.Sub -> INBOX-2/Sub",
            "INBOX.Sub -> Sub");
    assertThat(map(COURIER, source, COURIER, list("INBOX")))
        .contains("INBOX.INBOX -> INBOX.INBOX-2 *");
    assertThat(map(DOVECOT, list("INBOX", "Inbox"), DOVECOT, list()))
        .as("INBOX is the same in any spelling")
        .containsExactly("INBOX -> INBOX");
  }

  @Test
  void takesAFolderOnceUnlessItsStatusTellsTwoApart() {
    assertThat(
            map(
                DOVECOT,
                List.of(
                    counted("inbox", 7, 3, null),
                    counted("INBOX", 7, 3, null),
                    counted("Inbox", 8, 3, null),
                    counted("Real", 9, 1, "id1"),
                    counted("Alias", 9, 1, "id1"),
                    counted("Other", 9, 1, "id2"),
                    counted("Other", 9, 1, "id2")),
                DOVECOT,
                list("INBOX")))
        .containsExactly(
            "INBOX -> INBOX", "Inbox -> Inbox-2 *", "Alias -> Alias", "Other -> Other");
  }

  private static ListedFolder counted(
      String name, long uidValidity, long messages, @Nullable String id) {
    return new ListedFolder(
        new FolderName(name, name),
        '/',
        Set.of(),
        false,
        new FolderStatus(messages, messages + 1, uidValidity, -1, -1, id));
  }

  @Test
  void goesToAFolderThatBeginsWithANumberSignWhereOneIsThere() {
    List<ListedFolder> source = list("INBOX", "#name", "#new");
    assertThat(map(DOVECOT, source, DOVECOT, list("INBOX", "#name")))
        .containsExactly("INBOX -> INBOX", "#name -> #name", "#new -> _new *");
    assertThat(map(DOVECOT, source, "|/|#name/", list("INBOX", "#name \\noselect")))
        .as("where that is a namespace")
        .contains("#name -> _name *");
  }

  @ParameterizedTest
  @CsvSource({
    "Kalender, Kontakter, Anteckningar",
    "Kalenteri, Yhteystiedot, Lähtevät",
    "Kalendář, Kontakty, Pošta k odeslání",
    "Календарь, Контакты, Исходящие",
    "予定表, 連絡先, 送信トレイ",
    "日历, 联系人, 发件箱",
    "Calendrier, Contacts, Boîte d\u2019envoi"
  })
  void leavesOutWhatHoldsNoMailInTheLanguageOfTheMailbox(
      String calendar, String contacts, String third) {
    List<ListedFolder> source = list("INBOX", calendar, contacts, third, "Mine");
    for (SourceKind kind : List.of(SourceKind.EXCHANGE, SourceKind.GROUPWARE)) {
      assertThat(map(kind, source, list())).containsExactly("INBOX -> INBOX", "Mine -> Mine");
    }
    assertThat(map(SourceKind.ORDINARY, source, list())).hasSize(5);
  }

  @Test
  void namesThatCannotStandAreChangedAndStayDistinct() {
    assertThat(map(DOVECOT, list("a.b", "a_b", "a/b", "a"), "|.|", list()))
        .containsExactlyInAnyOrder("a -> a", "a/b -> a.b", "a.b -> a_b-2 **", "a_b -> a_b");
    assertThat(map(DOVECOT, list("tab\there", "A//B", "A/", "/C"), DOVECOT, list()))
        .containsExactly("A/ -> A", "A//B -> A/_/B *", "/C -> C", "tab\there -> tab_here *");
    assertThat(map("||", list("a/b", "a"), "||", list())).containsExactly("a -> a", "a/b -> a/b");
    assertThat(map(DOVECOT, list("a/b", "a", "a - b"), "||", list()))
        .containsExactly("a -> a", "a/b -> a - b-2 **", "a - b -> a - b");
    assertThat(map(DOVECOT, list(" x", "x", "50%", "a*b", "~me", "x/#news", "."), DOVECOT, list()))
        .as("kept until the server refuses them")
        .noneMatch(line -> line.endsWith(" *"));
  }

  @Test
  void aNameNeverBeginsLikeANamespace() {
    assertThat(map(DOVECOT, list("#news", "_news", "#news/#sub"), DOVECOT, list()))
        .containsExactly("#news -> _news-2 **", "#news/#sub -> _news-2/#sub", "_news -> _news");
    assertThat(map(DOVECOT, list("#news"), COURIER, list()))
        .containsExactly("#news -> INBOX.#news");
  }

  @Test
  void specialUseGoesToTheFolderOfTheSameRole() {
    assertThat(
            map(
                COURIER,
                list("INBOX", "INBOX.Gesendet \\sent", "INBOX.Gesendet.2019", "INBOX.Müll \\trash"),
                DOVECOT,
                list("INBOX", "Sent Messages \\sent", "Sent \\sent", "Trash \\trash")))
        .containsExactly(
            "INBOX -> INBOX",
            "INBOX.Gesendet -> Sent *",
            "INBOX.Gesendet.2019 -> Sent/2019",
            "INBOX.Müll -> Trash *");
    assertThat(map(DOVECOT, list("Sent \\sent"), DOVECOT, list("Elküldött")))
        .containsExactly("Sent -> Elküldött *");
    assertThat(map(DOVECOT, list("Entwürfe \\drafts"), COURIER, list("INBOX")))
        .as("created under the name that mail programs look for")
        .containsExactly("Entwürfe -> INBOX.Drafts *");
    assertThat(
            map(DOVECOT, list("[Gmail] \\noselect", "[Gmail]/Sent Mail \\sent"), DOVECOT, list()))
        .containsExactly("[Gmail]/Sent Mail -> Sent *");
  }

  @Test
  void onlyOneSourceFolderGetsARole() {
    assertThat(map(DOVECOT, list("Sent", "Sent Messages \\sent"), DOVECOT, list("Sent \\sent")))
        .containsExactly("Sent -> Sent-2 **", "Sent Messages -> Sent *");
    assertThat(map(DOVECOT, list("Sent \\sent", "Sent Messages \\sent"), DOVECOT, list()))
        .containsExactly("Sent -> Sent", "Sent Messages -> Sent Messages *");
    assertThat(map(DOVECOT, list("Sent Items", "Gesendet"), DOVECOT, list("Sent \\sent")))
        .as("nobody knows which of them is the one")
        .containsExactly("Gesendet -> Gesendet *", "Sent Items -> Sent Items *");
    assertThat(map(DOVECOT, list("Sent", "Gesendet"), DOVECOT, list("Verzonden \\sent")))
        .containsExactly("Gesendet -> Gesendet *", "Sent -> Verzonden *");
    assertThat(map(DOVECOT, list("Spam \\trash", "Papierkorb"), DOVECOT, list()))
        .containsExactly("Papierkorb -> Papierkorb *", "Spam -> Trash *");
  }

  @ParameterizedTest
  @CsvSource({
    "Sent Items, Sent",
    "SENT-MAIL, Sent",
    "Gesendete Objekte, Sent",
    "Éléments envoyés, Sent",
    "Elementos enviados, Sent",
    "Posta inviata, Sent",
    "Itens enviados, Sent",
    "Verzonden items, Sent",
    "Elementy wysłane, Sent",
    "Odeslaná pošta, Sent",
    "Odoslané, Sent",
    "Elküldött elemek, Sent",
    "Elemente trimise, Sent",
    "Изпратени, Sent",
    "Απεσταλμένα, Sent",
    "Gönderilmiş Öğeler, Sent",
    "Отправленные, Sent",
    "Надіслані, Sent",
    "Skickat, Sent",
    "Sendt, Sent",
    "Lähetetyt, Sent",
    "Saadetud, Sent",
    "Nosūtītie, Sent",
    "Išsiųsti, Sent",
    "Poslano, Sent",
    "Послато, Sent",
    "送信済みアイテム, Sent",
    "已发送, Sent",
    "寄件備份, Sent",
    "보낸편지함, Sent",
    "العناصر المرسلة, Sent",
    "פריטים שנשלחו, Sent",
    "草稿箱, Drafts",
    "已删除, Trash",
    "垃圾邮件, Junk",
    "Deleted Messages, Trash",
    "Papierkorb, Trash",
    "Corbeille, Trash",
    "spam, Junk",
    "Bulk Mail, Junk",
    "Ongewenste e-mail, Junk",
    "Brouillons, Drafts",
    "Archives, Archive"
  })
  void knowsRolesByNameInManyLanguages(String name, String folder) {
    assertThat(map(COURIER, list("INBOX." + name), DOVECOT, list()))
        .singleElement()
        .asString()
        .startsWith("INBOX." + name + " -> " + folder);
    assertThat(map(COURIER, list("INBOX.Customers." + name), DOVECOT, list()))
        .as("only at the top")
        .containsExactly("INBOX.Customers." + name + " -> Customers/" + name);
  }

  @ParameterizedTest
  @ValueSource(strings = {"Lixo", "垃圾箱", "Notes", "Sent 2019", "Unsent", "Arch", ""})
  void leavesNamesOfManyMeaningsAlone(String name) {
    assertThat(RoleNames.roleOf(name)).isEmpty();
  }

  @Test
  void usesAnExistingFolderThatDiffersOnlyInCase() {
    assertThat(
            map(DOVECOT, list("Invoices", "Invoices/é"), DOVECOT, list("INVOICES", "INVOICES/é")))
        .containsExactly("Invoices -> INVOICES *", "Invoices/é -> INVOICES/é");
    assertThat(map(DOVECOT, list("Foo", "foo"), DOVECOT, list("foo")))
        .as("the folder of the very same name has precedence")
        .containsExactly("Foo -> Foo", "foo -> foo");
    assertThat(map(DOVECOT, list("Foo", "foo"), DOVECOT, list()))
        .containsExactly("Foo -> Foo", "foo -> foo");
    assertThat(map(DOVECOT, list("Foo", "FOO"), DOVECOT, list("foo")))
        .containsExactly("FOO -> foo *", "Foo -> Foo");
  }

  @Test
  void excludesWhatBelongsToOthers() {
    FolderMap map =
        FolderMapper.map(
            SourceKind.ORDINARY,
            side("INBOX.|.|user.,"),
            list("INBOX", "INBOX.Mine", "user.bob", "user.bob.Sent", "bboard", "user \\noselect"),
            side(DOVECOT),
            list(),
            Map.of(),
            PassRules.NONE);
    assertThat(map.folders())
        .extracting(FolderMapping::destination)
        .containsExactly("INBOX", "Mine");
    assertThat(map.excluded())
        .extracting(e -> e.folder().name().text())
        .containsExactly("bboard", "user", "user.bob", "user.bob.Sent");
    assertThat(map("|/|shared/", list("shared/x", "sharedness"), DOVECOT, list()))
        .containsExactly("sharedness -> sharedness");
  }

  @Test
  void reportsAnEmptyShellButNoParent() {
    FolderMap map =
        FolderMapper.map(
            SourceKind.ORDINARY,
            side(DOVECOT),
            list("Shell \\noselect", "Parent \\noselect", "Parent/Child"),
            side(DOVECOT),
            list(),
            Map.of(),
            PassRules.NONE);
    assertThat(map.folders())
        .extracting(FolderMapping::destination)
        .containsExactly("Parent/Child");
    assertThat(map.excluded())
        .singleElement()
        .satisfies(shell -> assertThat(shell.folder().name().text()).isEqualTo("Shell"))
        .satisfies(shell -> assertThat(shell.reason()).contains("cannot hold messages"));
  }

  @Test
  void excludesFoldersOfExchangeOnlyInTheLanguageOfTheMailbox() {
    List<ListedFolder> german =
        list("INBOX", "Kalender", "Kalender/Geburtstage", "Kontakte", "Notizen", "Notes", "Tasks");
    assertThat(map(SourceKind.EXCHANGE, german, list()))
        .containsExactly("INBOX -> INBOX", "Notes -> Notes", "Tasks -> Tasks");
    assertThat(map(SourceKind.ORDINARY, german, list())).hasSize(7);
    assertThat(map(SourceKind.EXCHANGE, list("Calendar", "Notes"), list())).hasSize(2);
    assertThat(map(SourceKind.ZIMBRA, list("Calendar", "Chats", "Notes"), list()))
        .containsExactly("Notes -> Notes");
  }

  @Test
  void copiesGmailViewsUnlessAllMailIsSurelyWhole() {
    FolderStatus whole = new FolderStatus(1234, 1, 1, -1, -1, null);
    FolderStatus limited = new FolderStatus(1000, 1, 1, -1, -1, null);
    assertAll(
        () -> assertThat(gmail(SourceKind.GMAIL, whole)).containsExactly("[Gmail]/All Mail"),
        () -> assertThat(gmail(SourceKind.GMAIL, limited)).hasSize(3),
        () -> assertThat(gmail(SourceKind.GMAIL, null)).hasSize(3),
        () -> assertThat(gmail(SourceKind.ORDINARY, whole)).hasSize(3));
  }

  private static List<String> gmail(SourceKind kind, @Nullable FolderStatus allMail) {
    List<ListedFolder> source =
        new ArrayList<>(list("[Gmail]/Starred \\flagged", "[Gmail]/Important \\important"));
    source.add(
        new ListedFolder(
            new FolderName("[Gmail]/All Mail", "[Gmail]/All Mail"),
            '/',
            Set.of("\\all"),
            false,
            allMail));
    return FolderMapper.map(
            kind, side(DOVECOT), source, side(DOVECOT), list(), Map.of(), PassRules.NONE)
        .folders()
        .stream()
        .map(mapping -> mapping.source().name().text())
        .toList();
  }

  @ParameterizedTest
  @CsvSource({
    "The Microsoft Exchange IMAP4 service is ready., IMAP4REV1, EXCHANGE",
    "mail.example.org Zimbra IMAP4rev1 server ready, IMAP4REV1, ZIMBRA",
    "Kerio Connect 9.4.2 IMAP4rev1 server ready, IMAP4REV1, GROUPWARE",
    "mail.example.org IceWarp 13.0 IMAP4rev1, IMAP4REV1, GROUPWARE",
    "Gimap ready for requests, X-GM-EXT-1, GMAIL",
    "Dovecot ready., IMAP4REV1, ORDINARY"
  })
  void recognizesKinds(String greeting, String capability, SourceKind kind) {
    assertThat(SourceKind.of(greeting, Set.of(capability))).isEqualTo(kind);
  }

  @Test
  void whateverTheListEverySelectableFolderGetsItsOwnPlaceAndASecondRunTheSame() {
    String[] words = {
      "A",
      "a",
      "A.B",
      "A_B",
      "Sent",
      "Gesendet",
      "INBOX",
      "Inbox",
      "",
      " ",
      "x-2",
      "x",
      "é",
      "e\u0301",
      "Spam"
    };
    for (int seed = 0; seed < 2000; seed++) {
      Random random = new Random(seed);
      Namespaces from = side(random.nextBoolean() ? DOVECOT : COURIER);
      Namespaces to = side(List.of(DOVECOT, COURIER, "|.|", "||").get(random.nextInt(4)));
      List<ListedFolder> source = randomFolders(random, words, from);
      List<ListedFolder> destination = randomFolders(random, words, to);
      FolderMap map =
          FolderMapper.map(
              SourceKind.ORDINARY, from, source, to, destination, Map.of(), PassRules.NONE);

      Set<String> selectable =
          source.stream()
              .filter(ListedFolder::selectable)
              .map(f -> f.name().wire())
              .collect(Collectors.toCollection(HashSet::new));
      // INBOX in several spellings is one folder.
      List<String> inboxes =
          selectable.stream().filter("INBOX"::equalsIgnoreCase).sorted().toList();
      inboxes.stream().skip(1).forEach(selectable::remove);
      assertThat(map.folders().stream().map(m -> m.source().name().wire()))
          .as("seed %s", seed)
          .doesNotHaveDuplicates()
          .containsExactlyInAnyOrderElementsOf(selectable);
      assertThat(map.folders().stream().map(FolderMapping::destination))
          .as("seed %s: %s", seed, source)
          .doesNotHaveDuplicates();

      Collections.shuffle(source, random);
      assertThat(
              FolderMapper.map(
                  SourceKind.ORDINARY, from, source, to, destination, Map.of(), PassRules.NONE))
          .as("seed %s: the order of the list says nothing", seed)
          .isEqualTo(map);
      assertThat(
              destinations(
                  FolderMapper.map(
                      SourceKind.ORDINARY,
                      from,
                      source,
                      to,
                      after(destination, map, to),
                      destinations(map),
                      PassRules.NONE)))
          .as("seed %s: a second pass, when all was created", seed)
          .isEqualTo(destinations(map));
    }
  }

  private static Map<String, String> destinations(FolderMap map) {
    Map<String, String> destinations = new LinkedHashMap<>();
    map.folders().forEach(m -> destinations.put(m.source().name().wire(), m.destination()));
    return destinations;
  }

  private static List<ListedFolder> after(List<ListedFolder> before, FolderMap map, Namespaces to) {
    List<ListedFolder> after = new ArrayList<>(before);
    map.folders().stream()
        .map(FolderMapping::destination)
        .filter(name -> before.stream().noneMatch(f -> f.name().text().equals(name)))
        .forEach(
            name ->
                after.add(
                    new ListedFolder(
                        new FolderName(name, name), to.separator(), Set.of(), false, null)));
    return after;
  }

  private static List<ListedFolder> randomFolders(Random random, String[] words, Namespaces side) {
    Map<String, ListedFolder> folders = new LinkedHashMap<>();
    for (int i = random.nextInt(12); i >= 0; i--) {
      List<String> components = new ArrayList<>();
      for (int depth = random.nextInt(3); depth >= 0; depth--) {
        components.add(words[random.nextInt(words.length)]);
      }
      Character separator = side.separator();
      String name =
          side.prefix() + String.join(separator == null ? "+" : separator.toString(), components);
      Set<String> attributes = new HashSet<>();
      if (random.nextInt(5) == 0) {
        attributes.add(random.nextBoolean() ? "\\sent" : "\\noselect");
      }
      if (!name.isEmpty()) {
        folders.put(
            name, new ListedFolder(new FolderName(name, name), separator, attributes, false, null));
      }
    }
    return new ArrayList<>(folders.values());
  }

  /** {@code source -> destination}, with a star for each note. */
  private static List<String> map(
      String from, List<ListedFolder> source, String to, List<ListedFolder> destination) {
    String separator = from.split("\\|", -1)[1];
    return lines(
        FolderMapper.map(
            SourceKind.ORDINARY,
            side(from),
            withSeparator(source, separator),
            side(to),
            destination,
            Map.of(),
            PassRules.NONE));
  }

  private static List<String> map(
      SourceKind kind, List<ListedFolder> source, List<ListedFolder> destination) {
    return lines(
        FolderMapper.map(
            kind, side(DOVECOT), source, side(DOVECOT), destination, Map.of(), PassRules.NONE));
  }

  private static List<String> lines(FolderMap map) {
    return map.folders().stream()
        .map(
            mapping ->
                mapping.source().name()
                    + " -> "
                    + mapping.destination()
                    + (mapping.notes().isEmpty() ? "" : " " + "*".repeat(mapping.notes().size())))
        .toList();
  }

  private static Namespaces side(String side) {
    String[] parts = side.split("\\|", -1);
    return new Namespaces(
        parts[0],
        parts[1].isEmpty() ? null : parts[1].charAt(0),
        parts[2].isEmpty() ? List.of() : Arrays.asList(parts[2].split(",", -1)));
  }

  private static List<ListedFolder> withSeparator(List<ListedFolder> folders, String separator) {
    Character c = separator.isEmpty() ? null : separator.charAt(0);
    return folders.stream()
        .map(f -> new ListedFolder(f.name(), c, f.attributes(), f.subscribed(), f.status()))
        .toList();
  }

  private static List<ListedFolder> list(String... folders) {
    return Arrays.stream(folders)
        .map(
            folder -> {
              String[] words = folder.split(" (?=\\\\)", -1);
              return new ListedFolder(
                  new FolderName(words[0], words[0]),
                  null,
                  Set.of(Arrays.copyOfRange(words, 1, words.length)),
                  false,
                  null);
            })
        .toList();
  }
}
