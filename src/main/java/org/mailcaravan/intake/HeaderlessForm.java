package org.mailcaravan.intake;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Lists of other products that have no header and are known by their shape. Each row has to have
 * it: where a value could as well be a password, the row or the file is rejected, since passwords
 * must not be shown, nor sent as a login name.
 */
enum HeaderlessForm {
  /** {@code host1;user1;password1;host2;user2;password2;} and then nothing, or options. */
  IMAPSYNC(
      "imapsync",
      ';',
      "host1;user1;password1;host2;user2;password2;",
      Column.SOURCE_IMAP_SERVER,
      Column.SOURCE_EMAIL,
      Column.SOURCE_PASSWORD,
      null,
      Column.DESTINATION_EMAIL,
      Column.DESTINATION_PASSWORD,
      null) {
    @Override
    Optional<List<String>> fit(List<String> cells) {
      boolean is =
          (cells.size() == 6 || (cells.size() == 7 && isOptions(cells.get(6))))
              && isServer(cells.get(0))
              && isServer(cells.get(3))
              && areKin(Texts.trimmed(cells.get(1)), Texts.trimmed(cells.get(4)));
      return is ? Optional.of(filled(cells, 7)) : Optional.empty();
    }

    private boolean isOptions(String cell) {
      return Texts.trimmed(cell).isEmpty() || cell.startsWith("--");
    }

    /** At least one is an address, and a bare name has to stand in the other one too. */
    private boolean areKin(String user, String target) {
      return RowCheck.isAddress(user)
          ? RowCheck.isAddress(target) || RowCheck.local(user).equals(lower(target))
          : RowCheck.isAddress(target) && RowCheck.local(target).equals(lower(user));
    }
  },

  /** {@code user#password,target}. */
  GAMME(
      "GAMME",
      ',',
      "user#password,target",
      Column.SOURCE_EMAIL,
      Column.SOURCE_PASSWORD,
      Column.DESTINATION_EMAIL) {
    @Override
    Optional<List<String>> fit(List<String> cells) {
      int hash = cells.get(0).indexOf('#');
      if (cells.size() != 2 || hash < 1 || !isTarget(cells.get(1))) {
        return Optional.empty();
      }
      String user = cells.get(0).substring(0, hash);
      return RowCheck.isAddress(Texts.trimmed(user))
              || RowCheck.local(Texts.trimmed(cells.get(1))).equals(lower(user))
          ? Optional.of(List.of(user, cells.get(0).substring(hash + 1), cells.get(1)))
          : Optional.empty();
    }

    private boolean isTarget(String cell) {
      return RowCheck.isAddress(Texts.trimmed(cell));
    }
  },

  /** {@code user@domain;password;Full Name}. */
  KERIO(
      "Kerio",
      ';',
      "user@domain;password;Full Name",
      Column.SOURCE_EMAIL,
      Column.SOURCE_PASSWORD,
      null) {
    @Override
    Optional<List<String>> fit(List<String> cells) {
      boolean is =
          cells.size() == 3
              && RowCheck.isAddress(Texts.trimmed(cells.get(0)))
              && isName(cells.get(0), cells.get(2))
              && !isName(cells.get(0), cells.get(1))
              && !RowCheck.isAddress(Texts.trimmed(cells.get(1)))
              && !RowCheck.isNamedAsMailServer(cells.get(1));
      return is ? Optional.of(cells) : Optional.empty();
    }

    /** Two words or more, or a word that is a part of the address: one alone may be a password. */
    private boolean isName(String address, String cell) {
      String name = Texts.trimmed(cell);
      return name.length() <= LONGEST_NAME
          && NAME.matcher(name).matches()
          && (name.indexOf(' ') > 0
              || (name.length() > 2
                  && RowCheck.local(Texts.trimmed(address)).contains(lower(name))));
    }
  };

  private static final int LONGEST_NAME = 100;
  private static final Pattern NAME =
      Pattern.compile("\\p{Lu}[\\p{L}\\p{M}'\u2019.-]*( [\\p{L}\\p{M}'\u2019.-]+)*");

  private final String product;
  private final char delimiter;
  private final String shape;

  @SuppressWarnings("ImmutableEnumChecker") // It cannot be changed.
  private final List<Optional<Column>> columns;

  HeaderlessForm(String product, char delimiter, String shape, @Nullable Column... columns) {
    this.product = product;
    this.delimiter = delimiter;
    this.shape = shape;
    this.columns = Arrays.stream(columns).map(Optional::ofNullable).toList();
  }

  /** Whose list it is. */
  String product() {
    return product;
  }

  /** What separates its values. */
  char delimiter() {
    return delimiter;
  }

  /** What a row of it looks like, for people. */
  String shape() {
    return shape;
  }

  /** What its values are, from left to right; empty for what is not used. */
  List<Optional<Column>> columns() {
    return columns;
  }

  /** Why values that belong to no column are not used, by their places, counted from 0. */
  Map<Integer, IgnoredColumn> ignored() {
    return switch (this) {
      case IMAPSYNC -> Map.of(3, IgnoredColumn.TARGET_SERVER, 6, IgnoredColumn.OPTIONS);
      case KERIO -> Map.of(2, IgnoredColumn.PERSON);
      case GAMME -> Map.of();
    };
  }

  /** The values of a row of this form, one for each of the columns; empty for any other row. */
  abstract Optional<List<String>> fit(List<String> cells);

  /** The form whose shape a row has, if only one has it. */
  static Optional<HeaderlessForm> of(List<String> cells) {
    List<HeaderlessForm> fitting =
        Arrays.stream(values()).filter(form -> form.fit(cells).isPresent()).toList();
    return fitting.size() == 1 ? Optional.of(fitting.get(0)) : Optional.empty();
  }

  private static boolean isServer(String cell) {
    String name = Texts.trimmed(cell);
    return RowCheck.isHost(name) && (name.indexOf('.') > 0 || name.equals("localhost"));
  }

  private static String lower(String name) {
    return Texts.trimmed(name).toLowerCase(Locale.ROOT);
  }

  private static List<String> filled(List<String> cells, int size) {
    List<String> filled = new ArrayList<>(cells);
    while (filled.size() < size) {
      filled.add("");
    }
    return filled;
  }
}
