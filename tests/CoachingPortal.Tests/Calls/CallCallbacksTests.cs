using CoachingPortal.Calls;
using Microsoft.JSInterop;

namespace CoachingPortal.Tests.Calls;

public sealed class CallCallbacksTests
{
    [Fact]
    public async Task JoinedAndLeft_AreHandedOn_AndNothingElseCanBeCalled()
    {
        var heard = new List<bool>();
        var callbacks = new CallCallbacks(inCall =>
        {
            heard.Add(inCall);
            return Task.CompletedTask;
        });
        await callbacks.JoinedAsync();
        await callbacks.LeftAsync();
        Assert.Equal([true, false], heard);
        Assert.Equal(["JoinedAsync", "LeftAsync"], typeof(CallCallbacks).GetMethods().Where(m => m.IsDefined(typeof(JSInvokableAttribute), false)).Select(m => m.Name).Order());
    }
}
