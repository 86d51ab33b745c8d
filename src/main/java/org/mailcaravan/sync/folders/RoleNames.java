package org.mailcaravan.sync.folders;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.mailcaravan.model.FolderRole;

/**
 * The names that mail programs and providers give to their special folders, in many languages, for
 * servers that do not tell the role of a folder themselves. Read from {@code role-names.txt}.
 */
final class RoleNames {
  private static final Map<String, FolderRole> ROLES = read();

  private RoleNames() {}

  /** The role that a folder with this name has, ignoring case, hyphens and spare spaces. */
  static Optional<FolderRole> roleOf(String name) {
    return Optional.ofNullable(ROLES.get(key(name)));
  }

  private static String key(String name) {
    return Normalizer.normalize(name, Normalizer.Form.NFKC)
        .toLowerCase(Locale.ROOT)
        .replaceAll("[\\s_\\-]+", " ")
        .strip();
  }

  private static Map<String, FolderRole> read() {
    try (InputStream in = RoleNames.class.getResourceAsStream("role-names.txt")) {
      if (in == null) {
        throw new IllegalStateException("role-names.txt is missing from the program");
      }
      return parse(new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Map<String, FolderRole> parse(BufferedReader lines) throws IOException {
    Map<String, FolderRole> roles = new HashMap<>();
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      if (line.isBlank() || line.startsWith("#")) {
        continue;
      }
      int colon = line.indexOf(':');
      FolderRole role = FolderRole.valueOf(line.substring(0, colon).strip());
      for (String name : line.substring(colon + 1).split("\\|", -1)) {
        FolderRole other = roles.put(key(name), role);
        if (other != null && other != role) {
          throw new IllegalStateException(
              "role-names.txt: " + name.strip() + " is both " + other + " and " + role);
        }
      }
    }
    return Map.copyOf(roles);
  }
}
