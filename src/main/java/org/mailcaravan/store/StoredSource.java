package org.mailcaravan.store;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.model.GroupwareSource;

/**
 * A {@link GroupwareSource} as it is kept in a column.
 *
 * @param files null when it is a server
 * @param digests null where they are not known
 * @param url of the server, null when it is not known
 */
record StoredSource(
    @Nullable List<String> files, @Nullable List<String> digests, @Nullable String url) {
  static @Nullable String text(@Nullable GroupwareSource source) {
    if (source == null) {
      return null;
    }
    StoredSource stored =
        source instanceof GroupwareSource.Exported exported
            ? new StoredSource(
                exported.files().stream().map(Path::toString).toList(), exported.digests(), null)
            : new StoredSource(null, null, url((GroupwareSource.AtProvider) source));
    return StoredJson.write(stored);
  }

  private static @Nullable String url(GroupwareSource.AtProvider source) {
    URI url = source.url();
    return url == null ? null : url.toString();
  }

  static @Nullable GroupwareSource source(@Nullable String text) {
    if (text == null) {
      return null;
    }
    if (!text.startsWith("{")) {
      // From before there could be more than one file.
      return new GroupwareSource.Exported(List.of(Path.of(text)));
    }
    StoredSource stored = StoredJson.read(text, StoredSource.class);
    List<String> names = stored.files();
    if (names != null) {
      List<String> digests = stored.digests();
      return new GroupwareSource.Exported(
          names.stream().map(Path::of).toList(), digests == null ? List.of() : digests);
    }
    String url = stored.url();
    return new GroupwareSource.AtProvider(url == null ? null : URI.create(url));
  }
}
