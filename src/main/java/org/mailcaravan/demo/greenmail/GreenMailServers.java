package org.mailcaravan.demo.greenmail;

import org.mailcaravan.demo.DemoPost;
import org.mailcaravan.demo.DemoServer;
import org.mailcaravan.demo.DemoServers;

/** Made by Java's ServiceLoader. */
public final class GreenMailServers implements DemoServers {
  @Override
  public DemoServer start() {
    return new GreenMailServer();
  }

  @Override
  public DemoPost startPost() {
    return new GreenMailPost();
  }
}
