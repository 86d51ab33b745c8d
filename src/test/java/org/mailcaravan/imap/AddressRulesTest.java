package org.mailcaravan.imap;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.UnknownHostException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AddressRulesTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "127.0.0.1",
        "127.255.0.3",
        "0.0.0.0",
        "0.1.2.3",
        "10.0.0.1",
        "172.16.0.1",
        "172.31.255.255",
        "192.168.1.1",
        "192.0.0.8",
        "169.254.169.254",
        "100.64.0.1",
        "100.127.255.255",
        "198.18.0.1",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "2130706433",
        "127.1",
        "::1",
        "::",
        "fe80::1",
        "fec0::1",
        "fc00::1",
        "fdff::1",
        "ff02::1",
        "::ffff:127.0.0.1",
        "::ffff:10.1.2.3",
        "::127.0.0.1",
        "64:ff9b::7f00:1",
        "2002:7f00:1::",
        "2002:c0a8:101::",
        "192.0.2.1",
        "192.88.99.1",
        "198.51.100.1",
        "203.0.113.1",
        "100.100.100.200",
        "168.63.129.16",
        "192.0.0.192",
        "fd00:ec2::254",
        "fd20:ce::254",
        "2001:0:4136:e378:8000:63bf:80ff:fffe",
        "2001:2::1",
        "2001:10::1",
        "2001:db8::1",
        "3fff::1",
        "64:ff9b::a00:1",
        "64:ff9b:1::808:808",
        "64:ff9b:0:1::808:808",
        "::ffff:0:127.0.0.1",
        "::ffff:169.254.169.254",
        "2001:4860::5efe:10.0.0.1",
        "2001:4860::200:5efe:127.0.0.1",
        "2002:a00:1::1",
        "2002:a9fe:a9fe::1",
        "2002:c058:6301::",
        "64:ff9b::c0a8:101",
        "64:ff9b::a9fe:a9fe",
        "64:ff9b:1:fffe::7f00:1",
        "::a00:1",
        "::ffff:0:169.254.169.254",
        "2606:4700::200:5efe:a9fe:a9fe",
        "2001:20::1",
        "2001:1::1",
        "2001:3::1",
        "fe80::5efe:8.8.8.8",
        "febf::1",
        "192.0.0.9",
        "192.0.0.170",
        "100::1",
        "100:0:0:1::1",
        "5f00::1",
        "4000::1"
      })
  void keepsOutOfNetworksOfOurOwn(String address) throws UnknownHostException {
    assertThat(AddressRules.isPublic(InetAddress.getByName(address))).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "8.8.8.8",
        "100.63.255.255",
        "100.128.0.1",
        "172.15.0.1",
        "172.32.0.1",
        "192.0.1.1",
        "198.20.0.1",
        "223.255.255.255",
        "2001:4860:4860::8888",
        "::ffff:8.8.8.8",
        "64:ff9b::808:808",
        "2002:808:808::",
        "168.63.129.17",
        "2001:4860::5efe:8.8.8.8",
        "2a00:1450:4001:80b::200e",
        "2600:1f18::1"
      })
  void letsPublicAddressesPass(String address) throws UnknownHostException {
    assertThat(AddressRules.isPublic(InetAddress.getByName(address))).isTrue();
  }
}
