package org.mailcaravan.intake;

import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Base64;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.mailcaravan.model.Secret;
import org.mailcaravan.secrets.Vault;

/**
 * Keeps what stands in rows that were turned away, sealed as passwords are and as long as those
 * ({@code secrets.keep-days}). The list to be repaired refers to it, by a number that cannot be
 * guessed and holds for the same column only; it ends when the repaired row is accepted.
 */
public final class SealedRows {
  /** What stands in a cell in place of its value. */
  private static final Pattern REFERENCE = Pattern.compile("sealed:([A-Za-z0-9_-]{22})");

  /** Characters of UTF-16; what fits sealed into a row of the database. */
  private static final int LONGEST = 1200;

  private static final Base64.Encoder TEXT = Base64.getUrlEncoder().withoutPadding();

  private final Vault vault;
  private final SecureRandom random = new SecureRandom();

  public SealedRows(Vault vault) {
    this.vault = vault;
  }

  /** Whether a cell refers to a value that is kept elsewhere. */
  static boolean isReference(String cell) {
    return REFERENCE.matcher(Texts.trimmed(cell)).matches();
  }

  /** Keeps what {@link #shown} found. */
  void putAll(List<Vault.Credential> credentials) {
    vault.putAll(credentials);
  }

  /**
   * What of a row may be shown, and references in place of the rest.
   *
   * @param sealed gets the rest, to be kept by {@link #putAll}
   * @return the cells to be shown, or empty when there is too much in it
   */
  Optional<Map<Column, String>> shown(RawRow row, List<Vault.Credential> sealed) {
    Map<Column, String> visible = new EnumMap<>(Column.class);
    List<String> kept = new ArrayList<>();
    byte[] octets = new byte[16];
    random.nextBytes(octets);
    String id = TEXT.encodeToString(octets);
    for (Map.Entry<Column, String> cell : row.cells().entrySet()) {
      String proved = row.proved(cell.getKey());
      if (proved.equals(Secret.MASK) || !Formulas.isHarmless(proved)) {
        kept.add(cell.getKey().word());
        kept.add(cell.getValue());
        visible.put(cell.getKey(), "sealed:" + id);
      } else {
        visible.put(cell.getKey(), proved);
      }
    }
    String together = String.join("\0", kept);
    if (together.length() > LONGEST || together.split("\0", -1).length > kept.size()) {
      return Optional.empty();
    }
    if (!kept.isEmpty()) {
      sealed.add(new Vault.Credential(place(id), Vault.Role.SOURCE, Secret.of(together)));
    }
    return Optional.of(visible);
  }

  /**
   * The same rows, with the values in place of the references to them.
   *
   * @param used gets what they refer to
   */
  List<RawRow> resolve(List<RawRow> rows, Set<String> used) {
    Map<String, Map<String, String>> found = new HashMap<>();
    return rows.stream().map(row -> resolve(row, found, used)).toList();
  }

  private RawRow resolve(RawRow row, Map<String, Map<String, String>> found, Set<String> used) {
    Map<Column, String> cells = new EnumMap<>(Column.class);
    cells.putAll(row.cells());
    Set<String> references = new HashSet<>();
    for (Map.Entry<Column, String> cell : row.cells().entrySet()) {
      Matcher reference = REFERENCE.matcher(Texts.trimmed(cell.getValue()));
      if (reference.matches()) {
        String value =
            found.computeIfAbsent(reference.group(1), this::find).get(cell.getKey().word());
        if (value != null) {
          cells.put(cell.getKey(), value);
          references.add(reference.group(1));
        }
      }
    }
    used.addAll(references);
    return references.isEmpty() ? row : new RawRow(row.line(), cells, row.problems());
  }

  private Map<String, String> find(String id) {
    Map<String, String> cells = new HashMap<>();
    vault
        .find(place(id), Vault.Role.SOURCE)
        .ifPresent(
            kept -> {
              String[] parts = kept.reveal().split("\0", -1);
              for (int i = 0; i + 1 < parts.length; i += 2) {
                cells.put(parts[i], parts[i + 1]);
              }
            });
    return cells;
  }

  /** Deletes what was referred to. */
  void forget(Set<String> used) {
    used.forEach(id -> vault.forget(place(id)));
  }

  private static String place(String id) {
    return "sealed:" + id;
  }
}
