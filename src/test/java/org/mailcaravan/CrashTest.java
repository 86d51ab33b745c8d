package org.mailcaravan;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mailcaravan.server.DovecotServer.Storage;
import org.mailcaravan.server.EnabledIfInstalled;
import org.mailcaravan.server.Lengthy;
import org.mailcaravan.server.MailboxSnapshot;

/**
 * Kills the program, and the destination, by SIGKILL in the middle of a migration, again and again,
 * and then lets it end. Everything must then be as if nothing had happened.
 *
 * <p>{@code -Dcrash.kills} and {@code -Dcrash.server-kills} say how often, {@code -Dcrash.seed}
 * with which moments and mail. A scene that failed comes again with the seed that it names. {@code
 * -Dcrash.connections} has the destination killed while so many folders are copied.
 */
@Lengthy
@EnabledIfInstalled("dovecot")
class CrashTest {
  private static final int KILLS = Integer.getInteger("crash.kills", 10);
  private static final int SERVER_KILLS = Integer.getInteger("crash.server-kills", 4);
  private static final long SEED = Long.getLong("crash.seed", 1);
  private static final int KILLS_OF_CHANGES = KILLS / 3;

  /** The program is killed with one connection as often as with these. */
  private static final int CONNECTIONS = 4;

  /** For kills of the destination; see docs/adr/0007. */
  private static final int CONNECTIONS_TO_KILL = Integer.getInteger("crash.connections", 1);

  /**
   * Not Maildir: when it is killed, Dovecot leaves a lock there that stands for two minutes, and
   * may keep a message that it was storing without the names of its keywords.
   */
  private static final List<Storage> WHOLE_AFTER_KILL = List.of(Storage.MDBOX);

  @TempDir Path folder;

  private final long started = System.nanoTime();
  private final List<String> faults = new ArrayList<>();
  private int lost;
  private int doubled;

  /** What happens to one scene in which so many things are killed. */
  private interface Plot {
    void play(CrashScene scene, int kills) throws Exception;
  }

  @Test
  void aProgramThatIsKilledLosesAndDoublesNothing() throws Exception {
    int kills = KILLS - KILLS_OF_CHANGES;
    play(
        kills,
        8,
        List.of(Storage.values()),
        false,
        CONNECTIONS,
        (scene, count) -> {
          int later = count / 4;
          for (int kill = 0; kill < count - later; kill++) {
            scene.killProgram(
                kill < 2 ? Moment.early(scene.random()) : Moment.copying(scene.random()));
          }
          finishAndCompare(scene);
          scene.deliver();
          for (int kill = 0; kill < later; kill++) {
            scene.killProgram(Moment.copying(scene.random()));
          }
          finishAndCompare(scene);
        });
    assertNothingIsWrong("programs killed", kills);
  }

  @Test
  void aProgramThatIsKilledCarriesTheChangesOfTheSourceOverOnce() throws Exception {
    play(
        KILLS_OF_CHANGES,
        5,
        List.of(Storage.values()),
        true,
        CONNECTIONS,
        (scene, count) -> {
          finishAndCompare(scene);
          scene.rearrange();
          scene.deliver();
          for (int kill = 0; kill < count; kill++) {
            scene.killProgram(Moment.carryingOver(scene.random()));
          }
          finishAndCompare(scene);
        });
    assertNothingIsWrong("programs killed among changes", KILLS_OF_CHANGES);
  }

  @Test
  void aDestinationThatIsKilledLosesAndDoublesNothing() throws Exception {
    play(
        SERVER_KILLS,
        5,
        WHOLE_AFTER_KILL,
        false,
        CONNECTIONS_TO_KILL,
        (scene, count) -> {
          List<MailboxSnapshot> source = scene.source();
          scene.killDestination(
              IntStream.range(0, count)
                  .mapToObj(
                      kill ->
                          kill == 0 ? Moment.early(scene.random()) : Moment.copying(scene.random()))
                  .toList());
          compare(scene, source);
        });
    assertNothingIsWrong("destinations killed", SERVER_KILLS);
  }

  /** Plays scenes until so many things were killed, each with a seed of its own. */
  private void play(
      int kills,
      int atMostInAScene,
      List<Storage> storages,
      boolean moves,
      int connections,
      Plot plot)
      throws Exception {
    long seed = SEED;
    for (int left = kills; left > 0; left -= atMostInAScene) {
      Path home = Files.createDirectory(folder.resolve("seed-" + seed));
      Storage storage = storages.get(Math.floorMod(seed, storages.size()));
      try (CrashScene scene =
          new CrashScene(home, seed, storage, moves, seed % 2 == 0 ? 1 : connections)) {
        playToTheEnd(plot, scene, Math.min(left, atMostInAScene));
      }
      seed++;
    }
  }

  private static void playToTheEnd(Plot plot, CrashScene scene, int kills) throws Exception {
    try {
      plot.play(scene, kills);
    } finally {
      // With the seed and every moment, above all when it did not go well.
      System.out.println(scene);
    }
  }

  private void finishAndCompare(CrashScene scene) throws Exception {
    List<MailboxSnapshot> source = scene.source();
    scene.finish();
    compare(scene, source);
  }

  /** Compares every octet, flag and date of both sides, and the source with what it was. */
  private void compare(CrashScene scene, List<MailboxSnapshot> before) {
    assertThat(scene.source()).as("the source, %s", scene).isEqualTo(before);
    List<MailboxSnapshot> after = scene.destination();
    for (int i = 0; i < before.size(); i++) {
      lost += before.get(i).surplusOver(after.get(i));
      doubled += after.get(i).surplusOver(before.get(i));
      List<String> differences = after.get(i).differencesFrom(before.get(i));
      if (!differences.isEmpty()) {
        faults.add(scene + "\n  " + String.join("\n  ", differences));
      }
    }
  }

  private void assertNothingIsWrong(String what, int kills) {
    double seconds = Duration.ofNanos(System.nanoTime() - started).toMillis() / 1000.0;
    System.out.printf(
        Locale.ROOT,
        "CrashTest: %s %d, messages lost %d, doubled %d, in %.0f s%n",
        what,
        kills,
        lost,
        doubled,
        seconds);
    assertThat(faults).isEmpty();
  }
}
