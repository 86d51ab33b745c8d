package org.mailcaravan.cutover;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Servers that answer with garbage: no fault, no endless wait, and nothing said of it but that. */
class DnsFuzzTest {
  private static final int ROUNDS = Integer.getInteger("mailcaravan.fuzz-rounds", 40);
  private static final long SEED = Long.getLong("mailcaravan.fuzz-seed", 7);

  @Test
  void garbageIsNoAnswer() {
    try (DnsWorld world = new DnsWorld()) {
      world.aTry = Duration.ofMillis(200);
      world.patience = Duration.ofSeconds(2);
      world
          .set("cutover.spf", "include:_spf.host.net")
          .set("cutover.dkim", "s1, s2=s2.host.net")
          .set("cutover.webmail", "webmail.host.net");
      world.publish(DnsWorld.ZONE, "MX", "10 mx1.host.net.");
      world.publish(DnsWorld.ZONE, "TXT", "\"v=spf1 include:_spf.host.net -all\"");
      for (int round = 0; round < ROUNDS; round++) {
        Random random = new Random(SEED * 1_000_003 + round);
        world.ns1.spoil(octets -> spoiled(octets, random));
        world.ns2.spoil(octets -> spoiled(octets, random));
        if (round % 4 == 0) {
          world.resolver.spoil(octets -> spoiled(octets, random));
        } else {
          world.resolver.spoil(octets -> octets);
        }
        long begin = System.nanoTime();
        Checklist checklist = world.checklist(DnsWorld.ZONE);
        assertThat(Duration.ofNanos(System.nanoTime() - begin))
            .as("seed " + SEED + ", round " + round)
            .isLessThan(Duration.ofSeconds(20));
        assertThat(checklist.rows()).hasSize(13);
        MxWatch.judge(world.mx(DnsWorld.ZONE), MxMemory.NONE);
      }
    }
  }

  private static byte[] spoiled(byte[] octets, Random random) {
    synchronized (random) {
      switch (random.nextInt(4)) {
        case 0 -> {
          // All of it, behind the id.
          byte[] garbage = new byte[2 + random.nextInt(600)];
          random.nextBytes(garbage);
          System.arraycopy(octets, 0, garbage, 0, 2);
          return garbage;
        }
        case 1 -> {
          return Arrays.copyOf(octets, random.nextInt(octets.length + 1));
        }
        case 2 -> {
          // Behind the question, where names point to other names.
          for (int i = 0; i < 4 && octets.length > 13; i++) {
            octets[12 + random.nextInt(octets.length - 12)] = (byte) random.nextInt(256);
          }
          return octets;
        }
        default -> {
          octets[2 + random.nextInt(10)] = (byte) random.nextInt(256);
          return octets;
        }
      }
    }
  }
}
