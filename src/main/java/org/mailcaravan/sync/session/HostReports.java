package org.mailcaravan.sync.session;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.model.HostFailure;
import org.mailcaravan.model.Server;

/**
 * Who wants to know how source servers behave, to decide how many passes run at each. Thread-safe.
 */
public interface HostReports {
  /** For passes that nobody counts. */
  HostReports NONE =
      new HostReports() {
        @Override
        public void answered(Server source) {}

        @Override
        public void failed(
            Server source, HostFailure kind, @Nullable Duration told, String words) {}
      };

  /** A login went well. */
  void answered(Server source);

  /**
   * It refused something, or said nothing.
   *
   * @param told how long it wants to be left alone by all, or null when it did not say
   * @param words what happened, for people
   */
  void failed(Server source, HostFailure kind, @Nullable Duration told, String words);
}
