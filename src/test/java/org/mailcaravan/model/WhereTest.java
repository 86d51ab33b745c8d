package org.mailcaravan.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class WhereTest {
  static Stream<Arguments> places() {
    Where folder = Where.folder("Sent");
    return Stream.of(
        Arguments.of(folder, "folder Sent", Map.of("folder", "Sent")),
        Arguments.of(
            Where.message(7, folder), "UID 7 in folder Sent", Map.of("folder", "Sent", "uid", 7L)),
        Arguments.of(
            new Where.Folders(3, List.of("A", "B")),
            "3 folders: A, B and 1 more",
            Map.of("folders", List.of("A", "B"), "count", 3L)),
        Arguments.of(Where.loginAt("a:993"), "login at a:993", Map.of("server", "a:993")),
        Arguments.of(Where.connectionTo("a:993"), "connection to a:993", Map.of("server", "a:993")),
        Arguments.of(Where.inboxAt("a:993"), "INBOX at a:993", Map.of("server", "a:993")),
        Arguments.of(Where.foldersAt("a:993"), "folders at a:993", Map.of("server", "a:993")),
        Arguments.of(Where.file("a.csv"), "a.csv", Map.of("file", "a.csv")),
        Arguments.of(
            Where.line("a.csv", 3).column(4),
            "a.csv line 3 column 4",
            Map.of("file", "a.csv", "line", 3L, "column", 4)),
        Arguments.of(
            Where.line("a.vcf", 3).of("one"),
            "a.vcf line 3 (UID one)",
            Map.of("file", "a.vcf", "line", 3L, "resource", "one")),
        Arguments.of(
            Where.url("dav.example/ann/"), "dav.example/ann/", Map.of("url", "dav.example/ann/")),
        Arguments.of(
            Where.dataFolder("/srv/data"), "data folder /srv/data", Map.of("path", "/srv/data")),
        Arguments.of(
            Where.onDisk("key file", "/srv/key"), "key file /srv/key", Map.of("path", "/srv/key")),
        Arguments.of(
            Where.setting("retry.attempts", "--set retry.attempts"),
            "--set retry.attempts",
            Map.of("setting", "retry.attempts")),
        Arguments.of(
            Where.ofMailbox("credentials of", "ann@old.example"),
            "credentials of ann@old.example",
            Map.of("mailbox", "ann@old.example")),
        Arguments.of(
            Where.ofMailbox("", "ann@old.example"),
            "ann@old.example",
            Map.of("mailbox", "ann@old.example")),
        Arguments.of(
            Where.database("jdbc:h2:mem:"),
            "database jdbc:h2:mem:",
            Map.of("database", "jdbc:h2:mem:")),
        Arguments.of(Where.MAILBOX, "the mailbox", Map.of()));
  }

  @ParameterizedTest
  @MethodSource("places")
  void aPlaceIsToldInWordsAndInParts(Where place, String words, Map<String, Object> parts) {
    assertThat(place).hasToString(words);
    assertThat(place.parts()).isEqualTo(parts);
  }
}
