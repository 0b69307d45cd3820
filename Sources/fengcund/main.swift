import Hummingbird
import TOMLKit
import ArgumentParser
print("x")
