package org.mailcaravan.settings;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.mailcaravan.docs.Document;
import org.mailcaravan.docs.WrittenTable;

class DocumentedSettingsTest {
  @Test
  void thePageOfSettingsHasEveryPropertyWithItsDefaultAndEffectInTheOrderOfTheFile() {
    WrittenTable.requireRows(
        "docs/settings.md",
        "Property",
        Keys.ALL.stream()
            .map(key -> List.of("`" + key.name() + "`", shown(key.standard()), key.effect()))
            .toList());
  }

  private static String shown(@Nullable String standard) {
    return standard == null ? "must be set" : standard.isEmpty() ? "none" : "`" + standard + "`";
  }

  @Test
  void thePageOfSettingsHasEveryPartOfAProfile() {
    WrittenTable.requireRows(
        "docs/settings.md",
        "Part",
        Arrays.stream(OAuthKey.values())
            .map(key -> List.of("`" + key.word() + "`", key.effect()))
            .toList());
  }

  @Test
  void whatDocumentsSetAreProperties() {
    Set<String> names = Keys.ALL.stream().map(Key::name).collect(Collectors.toSet());
    List<Document.Block> blocks =
        Document.all().stream()
            .flatMap(document -> document.blocks("properties").stream())
            .toList();
    assertThat(blocks).isNotEmpty();
    for (Document.Block block : blocks) {
      assertThat(PropertyLines.read(block.text()))
          .as(block.place())
          .allSatisfy(
              line ->
                  assertThat(
                          names.contains(line.key())
                              || line.key().startsWith("route.")
                              || isOfProfile(line.key()))
                      .as(line.key())
                      .isTrue());
    }
  }

  private static boolean isOfProfile(String key) {
    String[] parts = key.split("\\.", 3);
    return parts.length == 3 && parts[0].equals("oauth") && OAuthKey.find(parts[2]).isPresent();
  }

  @Test
  void theWaysToLogInAreThoseThatThereAre() {
    assertThat(Document.of("docs/operators.md").table("`destination.auth`").column(0))
        .containsExactlyElementsOf(
            List.of(Keys.Auth.values()).stream().map(Keys.Auth::word).toList());
  }
}
