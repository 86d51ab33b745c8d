package org.mailcaravan.sync.session;

import java.util.Locale;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.imap.ImapConnection;
import org.mailcaravan.imap.ImapException;
import org.mailcaravan.model.MigrationException;
import org.mailcaravan.model.Side;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The link to one side: compresses its connection where the link turns out slow, and goes back to a
 * connection without compression where that was not much faster, since then a server or our own
 * processor is the bound. To be called while nobody else sends.
 */
public final class SlowLink {
  private static final Logger LOG = LoggerFactory.getLogger(SlowLink.class);

  /**
   * What is slow.
   *
   * @param stretch how many octets are timed together; more than a few pauses can swallow
   * @param slow in octets a second; above it, processors that deflate would be the next bound
   * @param gain how much faster mail must go with compression
   */
  public record Limits(int stretch, double slow, double gain) {
    public static final Limits STANDARD = new Limits(1 << 20, 24 << 20, 1.2);
  }

  private final Side side;
  private final Limits limits;
  private final Set<Side> decided;
  private double plain;
  private int lost;

  /** The connection that was compressed and is still watched. */
  private @Nullable ImapConnection tried;

  /**
   * @param decided the sides at which compression is not tried any more in this pass
   */
  SlowLink(Side side, Limits limits, Set<Side> decided) {
    this.side = side;
    this.limits = limits;
    this.decided = decided;
  }

  /**
   * Looks how fast the connection is, and does what follows from it; that may wait until nothing is
   * under way on it.
   *
   * @param another connects again
   * @return what to use from now on; another one only when nothing is under way on the first
   */
  ImapConnection fit(ImapConnection used, Supplier<ImapConnection> another) {
    if (tried != null && tried != used) {
      // It was lost before it had shown that compression works. Once, that may be the link.
      tried = null;
      if (++lost == 2) {
        decided.add(side);
      }
    }
    double speed = side == Side.SOURCE ? used.receivingSpeed() : used.sendingSpeed();
    if (speed == 0) {
      return used;
    }
    if (tried == used) {
      return judged(used, speed, another);
    }
    if (speed < limits.slow() && used.canCompress() && !decided.contains(side)) {
      plain = speed;
      tried = used;
      if (used.compress()) {
        LOG.info("{}: {}, compressed from now on", name(), words(speed));
      } else {
        tried = null;
      }
    }
    return used;
  }

  private ImapConnection judged(
      ImapConnection used, double speed, Supplier<ImapConnection> another) {
    tried = null;
    if (speed >= limits.gain() * plain) {
      LOG.info("{}: {} with compression, {} without", name(), words(speed), words(plain));
      return used;
    }
    decided.add(side);
    used.awaitIdle();
    try {
      ImapConnection made = another.get();
      LOG.info(
          "{}: {} with compression, {} without, not compressed from now on",
          name(),
          words(speed),
          words(plain));
      return made;
    } catch (ImapException | MigrationException e) {
      LOG.info("{}: stays compressed, because the server accepts no other connection now", name());
      return used;
    }
  }

  private String name() {
    return side.name().toLowerCase(Locale.ROOT);
  }

  private static String words(double speed) {
    return String.format(Locale.ROOT, "%.1f MiB/s", speed / (1 << 20));
  }
}
