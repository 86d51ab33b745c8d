package org.mailcaravan.secrets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mailcaravan.model.RequestRejected;

class KeySlotsTest {
  @TempDir Path folder;

  private byte[] file() throws IOException {
    return Files.readAllBytes(folder.resolve(KeySlots.FILE));
  }

  @Test
  void keysOutliveTheProgramAndAreItsOwnersAlone() throws IOException {
    KeySlots.Slot first;
    try (KeySlots slots = KeyFile.in(folder)) {
      first = slots.take(3).get(0);
    }
    try (KeySlots slots = KeyFile.in(folder)) {
      assertThat(slots.find(first.number()).orElseThrow().key()).isEqualTo(first.key());
      assertThat(slots.find(3)).isEmpty();
    }
    assertThat(
            PosixFilePermissions.toString(
                Files.getPosixFilePermissions(folder.resolve(KeySlots.FILE))))
        .isEqualTo("rw-------");
  }

  @Test
  void anErasedKeyIsOverwrittenAndItsPlaceIsUsedAgain() throws IOException {
    try (KeySlots slots = KeyFile.in(folder)) {
      List<KeySlots.Slot> taken = slots.take(4);
      slots.erase(List.of(1, 2, 2, 77));

      assertThat(slots.find(1)).isEmpty();
      assertThat(slots.find(3).orElseThrow().key()).isEqualTo(taken.get(3).key());
      assertThat(Arrays.copyOfRange(file(), 32, 96)).containsOnly(0);
      assertThat(slots.take(3)).extracting(KeySlots.Slot::number).containsExactly(1, 2, 4);
      assertThat(slots.find(1).orElseThrow().key()).isNotEqualTo(taken.get(1).key());
    }
  }

  @Test
  void aThreadThatIsInterruptedLeavesTheKeysToAllOthers() throws InterruptedException {
    try (KeySlots slots = KeyFile.in(folder)) {
      KeySlots.Slot before = slots.take(1).get(0);
      AtomicReference<KeySlots.Slot> during = new AtomicReference<>();
      Thread interrupted =
          new Thread(
              () -> {
                Thread.currentThread().interrupt();
                slots.find(0);
                during.set(slots.take(1).get(0));
                slots.erase(List.of(0));
              });
      interrupted.start();
      interrupted.join();

      assertThat(slots.find(1).orElseThrow().key())
          .isEqualTo(Objects.requireNonNull(during.get()).key());
      assertThat(slots.find(before.number())).isEmpty();
      assertThat(slots.take(1)).hasSize(1);
    }
  }

  @Test
  void whatAKillLeftIsOverwritten() throws IOException {
    try (KeySlots slots = KeyFile.in(folder)) {
      slots.take(5);
    }
    // A kill in the middle of a write leaves part of a key.
    Files.write(folder.resolve(KeySlots.FILE), Arrays.copyOf(file(), 5 * 32 - 7));
    try (KeySlots slots = KeyFile.in(folder)) {
      slots.eraseUnused(() -> Set.of(1));
      byte[] left = file();
      assertThat(Arrays.copyOfRange(left, 0, 32)).containsOnly(0);
      assertThat(Arrays.copyOfRange(left, 64, left.length)).containsOnly(0);
      assertThat(slots.find(1)).isPresent();
      assertThat(slots.find(4)).isEmpty();
    }
  }

  @Test
  void aHundredThousandAreTakenAtOnceAndDiffer() {
    try (KeySlots slots = KeyFile.in(folder)) {
      Set<ByteBuffer> keys = new HashSet<>();
      slots.take(100_000).forEach(slot -> keys.add(ByteBuffer.wrap(slot.key().getEncoded())));
      assertThat(keys).hasSize(100_000);
    }
  }

  @Test
  void twoProgramsDoNotShareAFolder() {
    try (KeySlots slots = KeyFile.in(folder)) {
      slots.take(1);
      assertThatThrownBy(() -> KeyFile.in(folder))
          .isInstanceOf(RequestRejected.class)
          .hasMessageContaining("in use");
      assertThat(slots.find(0)).isPresent();
    }
  }

  @Test
  void aFolderThatCannotBeWrittenIsTold() {
    assertThatThrownBy(() -> KeyFile.in(folder.resolve("none")))
        .isInstanceOf(RequestRejected.class)
        .hasMessageContaining("credential-keys");
  }
}
