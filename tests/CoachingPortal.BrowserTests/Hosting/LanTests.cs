using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace CoachingPortal.BrowserTests.Hosting;

/// <summary><c>--lan</c>: another device on the network opens the portal.</summary>
public sealed class LanTests(Stage stage)
{
    [Fact]
    public async Task Lan_OverHttps_IsASecurePageThatMayUseCameraAndMicrophone()
    {
        var port = Ports.Free();
        var (portal, database) = await stage.APortalAsync("Lan:Enabled=true", $"Lan:Port={port}");
        await using var stop = portal;
        await IsBoundAsync(port);
        var founder = await database.APersonAsync("Robin Example", Domain.Role.Founder);
        var browser = await stage.BrowserAsync(440);
        await using var context = await browser.NewContextAsync(new() { BaseURL = $"https://{LanAddress()}:{port}", IgnoreHTTPSErrors = true });
        await context.GrantPermissionsAsync(["camera", "microphone"]);
        var page = await context.NewPageAsync();

        await page.GotoAsync("/sign-in");
        await page.GetByTestId("sign-in-email").FillAsync(founder.Email!);
        await page.GetByTestId("sign-in-password").FillAsync(Stage.Password);
        await page.GetByTestId("sign-in-submit").ClickAsync();
        await Assertions.Expect(page.Locator("h1")).ToBeVisibleAsync();

        Assert.True(await page.EvaluateAsync<bool>("isSecureContext"));
        Assert.Equal(2, await page.EvaluateAsync<int>("navigator.mediaDevices.getUserMedia({ audio: true, video: true }).then(s => s.getTracks().length)"));
    }

    /// <summary>The portal answers at its other address before it listens here.</summary>
    private static async Task IsBoundAsync(int port)
    {
        for (var clock = Stopwatch.StartNew(); ; await Task.Delay(100))
        {
            try
            {
                using var client = new TcpClient();
                await client.ConnectAsync(LanAddress(), port);
                return;
            }
            catch (SocketException) when (clock.Elapsed < TimeSpan.FromSeconds(60))
            {
                // Not yet.
            }
        }
    }

    private static IPAddress LanAddress() =>
        Dns.GetHostAddresses(Dns.GetHostName(), AddressFamily.InterNetwork).FirstOrDefault(a => !IPAddress.IsLoopback(a)) ?? IPAddress.Loopback;
}
