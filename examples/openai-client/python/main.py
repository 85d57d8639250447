"""Asks a model through the server's OpenAI-compatible API: once for the whole answer, once as a stream."""

import os

from openai import OpenAI

client = OpenAI(
    base_url=os.environ.get("BASE_URL", "http://127.0.0.1:3000") + "/v1",
    api_key=os.environ["API_KEY"],
)
model = os.environ.get("MODEL", "mock/mock")
messages = [{"role": "user", "content": "What is 17 + 25?"}]

answer = client.chat.completions.create(model=model, messages=messages)
print("answer:", answer.choices[0].message.content)
print("tokens:", answer.usage.total_tokens)

print("stream: ", end="")
for chunk in client.chat.completions.create(model=model, messages=messages, stream=True):
    if chunk.choices:
        print(chunk.choices[0].delta.content or "", end="", flush=True)
print()
